import { actorId } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { assignmentChanges } from '../conversations/assign.js';
import { advanceVersions } from '../conversations/conversation.sql.js';
import type { AssignedConversation } from '../conversations/lock-assigned-conversations.sql.js';

const botSilenced = { changes: [{ field: 'botActive', from: true, to: false }] };

/** Makes a bot stop answering locked conversations: those assigned to it are unassigned, in the others it goes silent. */
export async function releaseConversations(
  work: Work,
  botId: string,
  conversations: AssignedConversation[],
  note: string | null,
): Promise<void> {
  const { tx, workspaceId, viewer, now, record } = work;
  await advanceVersions(
    work,
    conversations.map(({ id }) => id),
  );
  await tx.conversation.updateMany({
    where: { workspaceId, botId, botActive: true, status: { not: 'CLOSED' } },
    data: { botActive: false },
  });
  await tx.conversation.updateMany({
    where: { workspaceId, assigneeBotId: botId, status: { not: 'CLOSED' } },
    data: assignmentChanges(null, viewer.actor, now, null),
  });
  const from = actorId({ type: 'BOT', id: botId });
  for (const conversation of conversations) {
    if (conversation.assigneeBotId === botId) {
      record(conversation, { type: 'conversation.assigned', payload: { from, to: null, note } });
    }
    if (conversation.botActive) record(conversation, { type: 'conversation.updated', payload: botSilenced });
  }
}
