import type { LogEvent } from '../../event-log/log-event.js';
import { builder } from '../core/builder.js';
import { argumentsOf } from '../core/input.js';
import { ConversationEvent } from './event.type.js';
import { eventSubscriptionArgs, openEventSubscription } from './event-subscription.js';

builder.subscriptionType({ description: 'Subscriptions send what happens as it happens.', authScopes: { read: true } });

builder.subscriptionField('events', (t) =>
  t.field({
    type: ConversationEvent,
    description:
      'Events of one conversation, or of all conversations that the viewer may see. With `after`, first the events after that cursor, then live ones, without gaps or duplicates; without it, events from now on. A viewer who is taken out of a conversation and no longer sees it gets that event as its last; a subscription to that conversation then ends. Each result also has the cursor of its event in `extensions.cursor`. A quiet subscription gets a cursor at least every 60 seconds: over WebSocket in the payload of a ping, otherwise in a result without data.',
    args: argumentsOf(t.arg, eventSubscriptionArgs),
    subscribe: (_root, args, context) => openEventSubscription(context, args),
    resolve: (event: LogEvent) => event,
  }),
);
