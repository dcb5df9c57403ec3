import { input, optional, type Parsed } from '../../lib/input.js';
import { email, externalId, metadata, phone, text, url } from '../../lib/rules.js';

/** A contact as a new conversation names it. */
export const contactDetails = input(
  'ContactDetailsInput',
  'A contact by phone number or email address; one of them is required. An existing contact that has it is used, and its empty fields are filled in.',
  {
    phone: optional(phone, "The contact's phone number."),
    email: optional(email, "The contact's email address."),
    name: optional(text(255), "The contact's name. Default: the phone number, email address or externalId."),
    avatarUrl: optional(url, 'A picture.'),
    externalId: optional(externalId, 'The id an outside system knows the contact by.'),
    metadata: optional(metadata, 'Any data to store with the contact.'),
  },
  {
    check: ({ phone, email }, refuse) => {
      if (phone === undefined && email === undefined) refuse('phone', 'Give phone or email.');
    },
  },
);

export type ContactDetails = Parsed<typeof contactDetails>;
