import { z } from 'zod';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { requireActors } from '../actors/require-actors.js';
import { seesAll } from '../auth/viewer.js';
import { conversationsById } from '../conversations/conversation.loader.js';
import { NotFoundError } from '../errors.js';
import type { Conversation } from '../generated/prisma/client.js';
import { builder } from '../graphql/builder.js';
import type { Context } from '../graphql/context.js';
import { mutation } from '../graphql/mutation.js';
import { encodeId } from '../ids.js';
import { memberOf } from '../participants/join-conversation.action.js';
import { actorRef, id, parse } from '../validation.js';
import type { LiveQueue } from './live-queue.js';
import type { Typing } from './typing.js';

const TypingSignal = builder.objectRef<Typing>('TypingSignal').implement({
  description: 'Somebody types, or has stopped; never stored.',
  fields: (t) => ({
    actor: t.field({
      type: Actor,
      description: 'Who.',
      resolve: ({ actor }, _args, context) => loadActor(context, actor),
    }),
    typing: t.exposeBoolean('typing', { description: 'false also 10 seconds after the last sign of typing.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
  }),
});

async function requireConversation(context: Context, conversationId: string): Promise<Conversation> {
  const conversation = await conversationsById(context).load(conversationId);
  if (conversation) return conversation;
  throw new NotFoundError('conversation', encodeId('Conversation', conversationId));
}

/** Ends where the viewer may not see the conversation any more, such as somebody's own whom it has left. */
function whileVisible(queue: LiveQueue<Typing>, context: Context, { id, ownerId }: Conversation) {
  if (ownerId === null || seesAll(context.viewer)) return queue;
  const isVisible = async () => (await conversationsById({ ...context }).load(id)) !== null;
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

builder.subscriptionField('typing', (t) =>
  t.field({
    type: TypingSignal,
    description: 'Who is typing; never stored.',
    args: { conversationId: t.arg.id({ required: true, description: 'Begins with conv_.' }) },
    subscribe: async (_root, args, context) => {
      const { conversationId } = parse(z.object({ conversationId: id('Conversation') }), args);
      const conversation = await requireConversation(context, conversationId);
      const queue = context.live.typing.listen(context.viewer.workspaceId, conversationId);
      return whileVisible(queue, context, conversation);
    },
    resolve: (typing: Typing) => typing,
  }),
);

const SetTypingInput = builder.inputType('SetTypingInput', {
  description: 'Who types where.',
  fields: (t) => ({
    conversationId: t.id({ required: true, description: 'Begins with conv_.' }),
    typing: t.boolean({
      required: true,
      defaultValue: true,
      description: 'true at least every 10 seconds while it goes on; false when it ends.',
    }),
    actorId: t.id({ description: 'A user, bot or contact. Left out: the viewer; an API key must name one.' }),
  }),
});

const setTypingInput = z.object({
  conversationId: id('Conversation'),
  typing: z.boolean(),
  actorId: actorRef('USER', 'BOT', 'CONTACT').optional(),
});

mutation('setTyping', {
  description: 'Tells those who subscribe to `typing` that somebody types. Nothing is stored or logged.',
  permission: 'converse',
  input: SetTypingInput,
  payload: builder.objectRef<{ typing: boolean }>('SetTypingPayload').implement({
    description: 'What was told.',
    fields: (t) => ({ typing: t.exposeBoolean('typing', { description: 'What was told.' }) }),
  }),
  resolve: async (input, context) => {
    const { conversationId, typing, actorId } = parse(setTypingInput, input);
    const actor = memberOf(context.viewer, actorId);
    await requireConversation(context, conversationId);
    const { prisma } = context.database;
    await requireActors({ tx: prisma, workspaceId: context.viewer.workspaceId }, [actor]);
    context.live.typing.signal(context.viewer.workspaceId, conversationId, { actor, typing, at: context.clock() });
    return { typing };
  },
});
