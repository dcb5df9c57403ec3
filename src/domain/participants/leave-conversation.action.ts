import type { Conversation } from '../../generated/prisma/client.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { assertMayActFor } from '../actors/act-for.js';
import { requireActors } from '../actors/actor.sql.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { assign, assigneeOf } from '../conversations/assign.js';
import { lockConversation, raiseRevision } from '../conversations/conversation.sql.js';
import { conversationOutcome } from '../conversations/conversation-outcome.js';
import { memberOf, membershipFields } from './join-conversation.action.js';
import { leave } from './participant.sql.js';

export const leaveConversationInput = input('LeaveConversationInput', 'Who leaves a conversation.', membershipFields);

/** Ends an actor's participation. An assignee who leaves is unassigned; an actor who is not in it changes nothing. */
export async function leaveConversation(
  context: ActionContext,
  { conversationId, actorId }: Parsed<typeof leaveConversationInput>,
): Promise<Conversation> {
  const member = memberOf(context.viewer, actorId);
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockConversation(work, conversationId);
    await assertMayActFor(work, member);
    const actor = await resolveActor(work, member);
    const participantId = await leave(work, row.id, actor);
    if (!participantId) {
      await requireActors(work, [actor], { active: false });
      return row;
    }
    work.record(row, { type: 'participant.left', payload: { participantId } });
    return assigneeOf(row)?.id === actor.id ? assign(work, row, null) : raiseRevision(work, row);
  });
}
