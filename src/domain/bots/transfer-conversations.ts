import { type AssigneeRef, actorId, sameActor } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { assigneeOf, assignmentChanges } from '../conversations/assign.js';
import { changeConversations } from '../conversations/conversation.sql.js';
import type { AssignedConversation } from '../conversations/lock-assigned-conversations.sql.js';
import { insertTransfers } from '../conversations/transfer.sql.js';
import { joinAll } from '../participants/participant.sql.js';
import { releaseConversations } from './release-conversations.js';

type Handover = { to: AssigneeRef; reason: string | null };

/**
 * Transfers the locked conversations that a bot answers, and returns how many. Conversations already assigned to the
 * successor stay assigned; there the bot only goes silent.
 */
export async function transferConversations(
  work: SystemWork,
  botId: string,
  conversations: AssignedConversation[],
  { to, reason }: Handover,
): Promise<number> {
  const kept = conversations.filter((row) => sameActor(assigneeOf(row), to));
  const transferred = conversations.filter((row) => !kept.includes(row));
  await transferAll(work, transferred, { to, reason });
  await releaseConversations(work, botId, kept, null);
  return transferred.length;
}

async function transferAll(
  work: SystemWork,
  conversations: AssignedConversation[],
  { to, reason }: Handover,
): Promise<void> {
  const { by, now, record } = work;
  if (conversations.length === 0) return;
  const ids = conversations.map(({ id }) => id);
  const joined = await joinAll(work, conversations, to);
  await insertTransfers(
    work,
    conversations.map((row) => ({ conversationId: row.id, from: assigneeOf(row), to, reason })),
  );
  await changeConversations(work, ids, assignmentChanges(to, by, now, null));
  for (const conversation of conversations) {
    const participantId = joined.get(conversation.id);
    if (participantId) record(conversation, { type: 'participant.joined', payload: { participantId } });
    const from = assigneeOf(conversation);
    const payload = { from: from && actorId(from), to: actorId(to), reason, summary: null };
    record(conversation, { type: 'conversation.transferred', payload });
  }
}
