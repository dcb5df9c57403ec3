import { seesAll } from '../../auth/viewer.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { input, optional } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import type { LiveQueue } from '../../live/live-queue.js';
import { topicOfConversation, topicsOfViewer } from '../../live/typing-audience.js';
import type { Typing } from '../../live/typists.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { conversationsById, requireConversation } from '../conversations/conversation.loader.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { argumentsOf } from '../core/input.js';

const TypingSignal = builder.objectRef<Typing>('TypingSignal').implement({
  description: 'Someone is typing or has stopped. Never stored.',
  fields: (t) => ({
    conversationId: t.id({
      description: 'The conversation in which someone is typing.',
      resolve: ({ conversationId }) => encodeId('Conversation', conversationId),
    }),
    actor: t.field({
      type: Actor,
      description: 'Who is typing.',
      resolve: ({ actor }, _args, context) => loadActor(context, actor),
    }),
    typing: t.exposeBoolean('typing', {
      description:
        'Whether the actor is typing. Becomes false when the actor sends a message in the conversation, and 10 seconds after the last signal.',
    }),
    at: t.expose('at', { type: 'DateTime', description: 'When the signal was sent.' }),
  }),
});

type Signals = AsyncIterableIterator<Typing, undefined>;

async function mayStillSee(context: Context, conversationId: string): Promise<boolean> {
  return (await conversationsById({ ...context, scope: new Map() }).load(conversationId)) !== null;
}

/**
 * Passes on the signals that the viewer may still see. Who sees a conversation without an owner does not change while the
 * viewer's session lasts, and so is not looked up.
 */
function onlyVisible(queue: LiveQueue<Typing>, context: Context, whenHidden: 'END' | 'SKIP'): Signals {
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    queue.end();
    return { value: undefined, done: true };
  };
  const next = async (): Promise<IteratorResult<Typing, undefined>> => {
    for (;;) {
      const result = await queue.next();
      if (result.done || !hasOwner(result.value)) return result;
      if (await mayStillSee(context, result.value.conversationId)) return result;
      if (whenHidden === 'END') return end();
    }
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next,
    return: end,
  };
}

function hasOwner({ audience }: Typing): boolean {
  return audience?.members !== null;
}

/** The signals of one conversation, until the viewer may no longer see it, such as a user's own after leaving it. */
async function signalsIn(context: Context, { id, ownerId }: Conversation): Promise<Signals> {
  const { viewer, live } = context;
  const queue = await live.typing.listen(viewer.workspaceId, [topicOfConversation(id)]);
  return ownerId === null || seesAll(viewer) ? queue : onlyVisible(queue, context, 'END');
}

/** The signals of all conversations that the viewer may see. */
async function allSignals(context: Context): Promise<Signals> {
  const { viewer, live } = context;
  const queue = await live.typing.listen(viewer.workspaceId, topicsOfViewer(viewer));
  return seesAll(viewer) ? queue : onlyVisible(queue, context, 'SKIP');
}

const typingArgs = input('typing', 'Where to watch for typing.', {
  conversationId: optional(id('Conversation'), 'The conversation. Default: all that the viewer may see.'),
});

builder.subscriptionField('typing', (t) =>
  t.field({
    type: TypingSignal,
    description:
      'Who is typing, in one conversation or in all that the viewer may see, beginning with who is typing already. Never stored.',
    args: argumentsOf(t.arg, typingArgs),
    subscribe: async (_root, args, context) => {
      const { conversationId } = parse(typingArgs.schema, args);
      if (conversationId === undefined) return allSignals(context);
      return signalsIn(context, await requireConversation(context, conversationId));
    },
    resolve: (typing: Typing) => typing,
  }),
);
