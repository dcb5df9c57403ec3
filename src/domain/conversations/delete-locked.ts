import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { blankEvents } from '../../erasure/events.sql.js';
import type { EventPayloads } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { mentionedIn } from '../messages/mention.sql.js';
import { participantActors } from '../participants/participant.sql.js';
import { linkedProspects } from '../prospects/prospect.sql.js';
import { releaseUploadsOfConversation } from '../uploads/upload.sql.js';
import { assigneeOf } from './assign.js';
import { deleteConversationRows } from './conversation.sql.js';

/** What the log keeps of a conversation: what it was, and who else than its owner saw it, if it had one. */
async function epitaph(work: SystemWork, row: Conversation): Promise<EventPayloads['conversation.deleted']> {
  const { id, ownerId, status, priority, channelId, botId, tags } = row;
  const participantIds = await participantActors(work, id);
  const prospectIds = await linkedProspects(work, id);
  const mentionedIds = await mentionedIn(work, id);
  const assigneeId = assigneeOf(row)?.id ?? null;
  const tagged = tags.length > 0;
  const was = { status, priority, channelId, botId, assigneeId, participantIds, prospectIds, tagged, mentionedIds };
  if (ownerId === null) return { was };
  return { was, seenBy: [...new Set([...participantIds, ...(botId ? [botId] : [])])] };
}

/**
 * Deletes a locked conversation and everything that belongs to it; `erased` if its person is erased with it. Returns how many
 * messages it had.
 */
export async function deleteLocked(work: SystemWork, row: Conversation, erased = false): Promise<number> {
  const payload = await epitaph(work, row);
  await releaseUploadsOfConversation(work, row.id);
  const deletedMessageCount = await deleteConversationRows(work, row.id);
  await eraseConversations(work, [row.id]);
  await blankEvents(work, row.id, erased);
  work.record(row, { type: 'conversation.deleted', payload });
  return deletedMessageCount;
}
