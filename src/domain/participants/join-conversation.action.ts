import { mayActForOthers, type Viewer } from '../../auth/viewer.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import { ForbiddenError, invalid } from '../../lib/errors.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { actorRef } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertMayActFor } from '../actors/act-for.js';
import { requireActors } from '../actors/actor.sql.js';
import { lockActorsForShare } from '../contacts/merged-contact.sql.js';
import { lockConversation, raiseRevision } from '../conversations/conversation.sql.js';
import { conversationIdField } from '../conversations/conversation-fields.js';
import { conversationOutcome } from '../conversations/conversation-outcome.js';
import { assertActive } from '../conversations/status-transitions.js';
import { canJoin, join } from './participant.sql.js';

/** Who joins or leaves a conversation. */
export const membershipFields = {
  ...conversationIdField,
  actorId: optional(
    actorRef('USER', 'BOT', 'CONTACT'),
    'The user, bot or contact. Default: the viewer; an API key must name one, and gets ForbiddenError for a user whose role is above that of the user who made the key.',
  ),
};

export const joinConversationInput = input('JoinConversationInput', 'Who joins a conversation.', membershipFields);

/** Makes an actor a participant of a conversation. A current participant changes nothing. */
export async function joinConversation(
  context: ActionContext,
  { conversationId, actorId }: Parsed<typeof joinConversationInput>,
): Promise<Conversation> {
  const member = memberOf(context.viewer, actorId);
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockConversation(work, conversationId);
    await assertMayActFor(work, member);
    assertActive(row, 'joined');
    const [actor = member] = await lockActorsForShare(work, [member]);
    await requireActors(work, [actor]);
    const joined = await join(work, row, actor);
    return joined ? raiseRevision(work, row) : row;
  });
}

/** Returns who joins or leaves: the actor that was named, otherwise the viewer. */
export function memberOf(viewer: Viewer, actor: ActorRef | undefined): ActorRef {
  if (actor && actor.id !== viewer.actor.id && !mayActForOthers(viewer)) {
    throw new ForbiddenError('Only API keys of the workspace may do this for others. Leave actorId out.');
  }
  const member = actor ?? viewer.actor;
  if (!canJoin(member)) throw invalid('actorId', 'Must be given: API keys do not take part in conversations.');
  return member;
}
