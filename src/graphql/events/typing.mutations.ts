import { assertMayActFor } from '../../domain/actors/act-for.js';
import { requireActors } from '../../domain/actors/actor.sql.js';
import { memberOf } from '../../domain/participants/join-conversation.action.js';
import { participantActors } from '../../domain/participants/participant.sql.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { input, optional, required, withDefault } from '../../lib/input.js';
import { actorRef, flag, id } from '../../lib/rules.js';
import type { Audience } from '../../live/typing-audience.js';
import { requireConversation } from '../conversations/conversation.loader.js';
import { builder } from '../core/builder.js';
import type { Context } from '../core/context.js';
import { mutation } from '../core/mutation.js';

const setTypingInput = input('SetTypingInput', 'Who is typing, and where.', {
  conversationId: required(id('Conversation'), 'The conversation.'),
  typing: withDefault(
    flag,
    true,
    'Send true at least every 10 seconds while typing continues, and false when it ends.',
  ),
  actorId: optional(
    actorRef('USER', 'BOT', 'CONTACT'),
    'The user, bot or contact who is typing. Default: the viewer; an API key must name one, and gets ForbiddenError for a user whose role is above that of the user who made the key.',
  ),
});

/** A signal has limited room. A conversation between a user and an assistant has few members. */
const MAX_MEMBERS = 100;

/** Who may know of what happens in a conversation. */
async function audienceOf({ database, viewer }: Context, conversation: Conversation): Promise<Audience> {
  const { id, contactId, ownerId, botId } = conversation;
  if (ownerId === null) return { contactId, members: null };
  const { workspaceId } = viewer;
  const participants = await participantActors({ tx: database.prisma, workspaceId }, id);
  const members = new Set([ownerId, ...(botId ? [botId] : []), ...participants]);
  return { contactId, members: [...members].slice(0, MAX_MEMBERS) };
}

mutation('setTyping', {
  description: 'Tells the subscribers of `typing` that someone is typing. Nothing is stored or logged.',
  permission: 'converse',
  input: setTypingInput,
  repeats: 'ANEW',
  payload: builder.objectRef<{ typing: boolean }>('SetTypingPayload').implement({
    description: 'The typing state that was sent.',
    fields: (t) => ({ typing: t.exposeBoolean('typing', { description: 'The typing state that was sent.' }) }),
  }),
  resolve: async ({ conversationId, typing, actorId }, context) => {
    const actor = memberOf(context.viewer, actorId);
    const conversation = await requireConversation(context, conversationId);
    const { database, viewer, actsFor } = context;
    const { workspaceId } = viewer;
    await assertMayActFor({ tx: database.prisma, workspaceId, viewer, actsFor }, actor);
    await requireActors({ tx: database.prisma, workspaceId }, [actor]);
    const audience = await audienceOf(context, conversation);
    context.live.typing.signal(workspaceId, { conversationId, actor, typing, at: context.clock(), audience });
    return { typing };
  },
});
