import type { Phrases } from './phrases.js';

export const english: Phrases = {
  topics: [
    {
      tag: 'delivery',
      subject: 'Where is my order?',
      openers: [
        'Hi, order {order} was meant to arrive on Tuesday and the tracking page has not moved since.',
        'Hello! Could you tell me where {order} is? It was shipped to {city} a week ago.',
      ],
    },
    {
      tag: 'delivery',
      subject: 'Change of delivery address',
      openers: [
        'I have just moved to {city}. Can {order} still be sent to the new address?',
        'The address on {order} is my old one. Is it too late to change it?',
      ],
    },
    {
      tag: 'damaged',
      subject: 'Arrived damaged',
      openers: [
        'The {product} came with a crack down one side. I have kept the box. What now?',
        'Hello, my {product} from {order} arrived scratched and one of the feet is missing.',
      ],
    },
    {
      tag: 'returns',
      subject: 'Return request',
      openers: [
        'I would like to send back the {product} from {order}. It is unused and still packed.',
        'How do I return something? The {product} is nice, but too large for my kitchen.',
      ],
    },
    {
      tag: 'refund',
      subject: 'Refund not received',
      openers: [
        'You confirmed my return ten days ago and I still do not see the money for {order}.',
        'When will the refund for {order} reach my account?',
      ],
    },
    {
      tag: 'billing',
      subject: 'Charged twice',
      openers: [
        'My card statement shows {order} twice. Please take one of them back.',
        'I think I paid two times for the same {product}. Could you have a look?',
      ],
    },
    {
      tag: 'billing',
      subject: 'Invoice with company name',
      openers: [
        'Could I get the invoice for {order} with our company name and VAT number on it?',
        'Our bookkeeper needs an invoice for {order}, the e-mail only had a receipt.',
      ],
    },
    {
      tag: 'account',
      subject: 'Cannot sign in',
      openers: [
        'The password reset mail never arrives. I looked in spam as well.',
        'I changed my phone and now I cannot get past the code when I sign in.',
      ],
    },
    {
      tag: 'product',
      subject: 'Question before buying',
      openers: [
        'Does the {product} work with 110 volts? I would be taking it to {city}.',
        'Is the {product} going to be back in stock this month?',
      ],
    },
    {
      tag: 'warranty',
      subject: 'Stopped working',
      openers: [
        'My {product} stopped turning on after eight months. Is that still under warranty?',
        'The {product} makes a loud noise since yesterday and then switches itself off.',
      ],
    },
    {
      tag: 'subscription',
      subject: 'Pause my subscription',
      openers: [
        'We are away in {city} for two months. Can I pause the coffee subscription?',
        'Please skip the next box, I still have plenty left from {order}.',
      ],
    },
    {
      tag: 'wholesale',
      subject: 'Prices for resellers',
      openers: [
        'We run a small shop in {city} and would like to sell the {product}. Do you have a price list?',
        'What is the smallest amount of {product} that you deliver to resellers?',
      ],
    },
    {
      tag: 'appointment',
      subject: 'Move my appointment',
      openers: [
        'The technician is booked for Thursday morning. Could we make that the afternoon?',
        'I have to cancel the appointment in {city}, something came up at work.',
      ],
    },
    {
      tag: 'feedback',
      subject: 'A word of thanks',
      openers: [
        'No problem this time: the {product} is lovely and arrived a day early. Thank you!',
        'Just wanted to say that the person who helped me with {order} was wonderful.',
      ],
    },
  ],
  customer: [
    'Yes, the number is {order}.',
    'I bought it about three weeks ago.',
    'It is the {product}, the darker one.',
    'Is there anything I can do on my side?',
    'I already tried that twice, with the same result.',
    'Let me check and come back to you.',
    'The parcel went to {city}, that is the right town.',
    'Could somebody call me? I am home after five.',
    'I attached a photo of the label.',
    'How long will that take, roughly?',
    'Hmm, that is not what the website says.',
    'All right, I will wait for your message.',
    'Can I talk to a person, please?',
    'Sorry for the late reply, I was travelling.',
    'That works for me.',
    'Are you still there?',
  ],
  thanks: [
    'Perfect, that solved it. Thank you!',
    'Thanks for the quick help, {agent}.',
    'Great, it works now.',
    'Got it, thank you and have a nice day!',
    'Brilliant. That is all I needed.',
  ],
  bot: [
    'Hi {name}! I can help with orders, returns and invoices. What is it about?',
    'Thanks. I found {order}: it left our warehouse and is on its way to {city}.',
    'Could you send me the order number? It begins with two letters.',
    'I have recordFailure that down. Would you like to talk to one of my colleagues?',
    'Returns are free within 30 days. Shall I send you a label for {order}?',
    'The {product} is in stock at the moment and ships within one working day.',
    'I am not sure that I understood. Could you say it in other words?',
    'You can find every invoice in your account under Orders.',
    'One moment, I am looking that up for you.',
    'Is there anything else that I can do?',
  ],
  greeting: [
    'Hi {name}, this is {agent}. I have read everything above and will take it from here.',
    'Good morning {name}, {agent} from the support team. Let me look into this for you.',
    'Hello {name}! {agent} here. Thank you for your patience.',
    'Hi {name}, my name is {agent}. I am writing about order {order}.',
    'Hello {name}, {agent} speaking. I have {order} in front of me.',
  ],
  agent: [
    'I have asked the warehouse and expect an answer within the hour.',
    'Could you send me a photo of the {product} and of the box, please?',
    'The carrier says the parcel is at the depot in {city} and goes out tomorrow.',
    'I have just sent you a new label by e-mail.',
    'A replacement {product} is on its way, no need to send the old one back.',
    'The refund for {order} is booked. Banks usually take three to five days.',
    'Would Thursday between 9 and 12 suit you?',
    'You are right, that price was wrong on our side. I have corrected it.',
    'Please try to unplug it for ten seconds and start it again.',
    'I have added your company name, the new invoice is in your account.',
    'That part is out of stock until next week. Would another colour do?',
    'I will check this with a colleague and come back to you today.',
    'Could you tell me the last four characters of the serial number?',
    'I paused the subscription, you can start it again at any time.',
    'Is the address in {city} still the right one?',
    'I have put a note on {order}, so that nobody has to ask you again.',
  ],
  closing: [
    'Glad that is sorted, {name}. Have a good day!',
    'You are welcome! I am closing this for now; just write again if something comes up.',
    'Happy to help. Enjoy the {product}!',
    'All done on our side. Thank you for your patience, {name}.',
    'I have not heard back, so I am closing this. A reply opens it again.',
  ],
};

/** What people of the team ask their assistant. */
export const assistantQuestions: string[] = [
  'Which conversations have waited for an answer since yesterday?',
  'Summarise what happened with {order}, please.',
  'Draft a friendly reply about the late {product}.',
  'How many returns from {city} did we have this week?',
  'What does our policy say about opened boxes?',
  'Make that a little shorter.',
  'Which of these should I look at first?',
  'Please translate the last paragraph into French.',
  'What is the usual answer when the {product} does not start?',
  'Good. Anything that I have missed?',
];

export const assistantAnswers: string[] = [
  'There are four, the oldest is about {order}. Shall I list them?',
  'In short: the parcel was delayed in {city}, we offered a replacement, and the customer agreed.',
  'Here is a draft: "We are sorry that your {product} is late. It will reach you by Friday."',
  'Eleven, three more than the week before. Most of them are about the {product}.',
  'Opened boxes can come back within 30 days if nothing is missing.',
  'Done. It is now two sentences long.',
  'I would begin with {order}: it is urgent and has waited longest.',
  'Usually a reset helps: unplug it, wait ten seconds, plug it in again.',
];
