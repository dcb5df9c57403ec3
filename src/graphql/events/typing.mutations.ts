import { z } from 'zod';
import { requireActors } from '../../domain/actors/require-actors.js';
import { memberOf } from '../../domain/participants/join-conversation.action.js';
import { actorRef, id, parse } from '../../lib/validation.js';
import { requireConversation } from '../conversations/conversation.loader.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';

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

addMutation('setTyping', {
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
