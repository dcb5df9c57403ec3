import { seesAll } from '../../auth/viewer.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { input, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { parse } from '../../lib/validation.js';
import type { LiveQueue } from '../../live/live-queue.js';
import type { Typing } from '../../live/typing.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { conversationsById, requireConversation } from '../conversations/conversation.loader.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { argumentsOf } from '../core/input.js';

const TypingSignal = builder.objectRef<Typing>('TypingSignal').implement({
  description: 'Someone is typing or has stopped. Never stored.',
  fields: (t) => ({
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

/** Ends the queue when the viewer may no longer see the conversation, such as a user's own after leaving it. */
function whileVisible(queue: LiveQueue<Typing>, context: Context, { id, ownerId }: Conversation) {
  if (ownerId === null || seesAll(context.viewer)) return queue;
  const isVisible = async () => (await conversationsById({ ...context, scope: {} }).load(id)) !== null;
  const end = async (): Promise<IteratorReturnResult<undefined>> => {
    queue.end();
    return { value: undefined, done: true };
  };
  const visible: AsyncIterableIterator<Typing, undefined> = {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const result = await queue.next();
      return result.done || (await isVisible()) ? result : end();
    },
    return: end,
  };
  return visible;
}

const typingArgs = input('typing', 'Where to watch for typing.', {
  conversationId: required(id('Conversation'), 'The conversation.'),
});

builder.subscriptionField('typing', (t) =>
  t.field({
    type: TypingSignal,
    description: 'Who is typing in a conversation. Never stored.',
    args: argumentsOf(t.arg, typingArgs),
    subscribe: async (_root, args, context) => {
      const { conversationId } = parse(typingArgs.schema, args);
      const conversation = await requireConversation(context, conversationId);
      const queue = await context.live.typing.listen(context.viewer.workspaceId, conversationId);
      return whileVisible(queue, context, conversation);
    },
    resolve: (typing: Typing) => typing,
  }),
);
