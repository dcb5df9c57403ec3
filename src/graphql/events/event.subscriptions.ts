import type { LogEvent } from '../../event-log/log-event.js';
import { builder } from '../core/builder.js';
import { ConversationEvent } from './event.type.js';
import { openEventSubscription } from './event-subscription.js';

builder.subscriptionType({ description: 'What happens, as it happens.', authScopes: { read: true } });

builder.subscriptionField('events', (t) =>
  t.field({
    type: ConversationEvent,
    description:
      "One conversation, or with no argument all that the viewer may see. With `after` (a cursor of an event or eventCursor), first what was missed, then live; nothing twice, nothing lost. Without it: from now on. Each result carries the event's cursor in `extensions.cursor` too; a quiet subscription gets one at least every 60 seconds, in a ping's payload over WebSocket, else in a result without data.",
    args: {
      conversationId: t.arg.id({ description: 'Only this conversation.' }),
      types: t.arg.stringList({
        description: 'Only events of these types, such as message.added; an empty list matches nothing.',
      }),
      after: t.arg.string({
        description: 'Go on behind this cursor. CURSOR_EXPIRED where the log no longer has what follows it.',
      }),
    },
    subscribe: (_root, args, context) => openEventSubscription(context, args),
    resolve: (event: LogEvent) => event,
  }),
);
