import type { Conversation } from '../../generated/prisma/client.js';
import { parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/require-actors.js';
import { resolveActor } from '../contacts/merged-contact.sql.js';
import { assign } from '../conversations/assign.js';
import { assigneeOf } from '../conversations/assignee.js';
import { lockConversation } from '../conversations/conversation.sql.js';
import { memberOf, membershipInput } from './join-conversation.action.js';
import { endStay } from './leave.sql.js';

/** Ends somebody's stay; whoever is not in the conversation changes nothing. An assignee who leaves is unassigned. */
export async function leaveConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const { conversationId, actorId } = parse(membershipInput, input);
  const member = memberOf(context.viewer, actorId);
  return transact(context, async (work) => {
    const row = await lockConversation(work, conversationId);
    const actor = await resolveActor(work, member);
    const participantId = await endStay(work, row.id, actor);
    if (!participantId) {
      await requireActors(work, [actor], { active: false });
      return row;
    }
    work.record(row, { type: 'participant.left', payload: { participantId } });
    return assigneeOf(row)?.id === actor.id ? assign(work, row, null) : row;
  });
}
