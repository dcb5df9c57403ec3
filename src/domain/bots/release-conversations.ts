import { actorId } from '../../lib/actor-ref.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { assignmentChanges } from '../conversations/assign.js';
import { advanceVersions } from '../conversations/conversation.sql.js';
import type { AssignedConversation } from '../conversations/lock-assigned-conversations.sql.js';

const botSilenced = { changes: [{ field: 'botActive', from: true, to: false }] };

/** Makes a bot stop answering locked conversations: those assigned to it are unassigned, in the others it goes silent. */
export async function releaseConversations(
  work: SystemWork,
  botId: string,
  conversations: AssignedConversation[],
  note: string | null,
): Promise<void> {
  const { tx, workspaceId, by, now, record } = work;
  const ids = conversations.map(({ id }) => id);
  await advanceVersions(work, ids);
  await tx.conversation.updateMany({
    where: { workspaceId, id: { in: ids }, botId, botActive: true },
    data: { botActive: false },
  });
  await tx.conversation.updateMany({
    where: { workspaceId, id: { in: ids }, assigneeBotId: botId },
    data: assignmentChanges(null, by, now, null),
  });
  const from = actorId({ type: 'BOT', id: botId });
  for (const conversation of conversations) {
    if (conversation.assigneeBotId === botId) {
      record(conversation, { type: 'conversation.assigned', payload: { from, to: null, note } });
    }
    if (conversation.botActive) record(conversation, { type: 'conversation.updated', payload: botSilenced });
  }
}
