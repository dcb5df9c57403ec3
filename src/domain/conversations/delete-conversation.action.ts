import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { blankEvents } from '../../erasure/events.sql.js';
import type { EventPayloads } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { mentionedIn } from '../messages/mention.sql.js';
import { participantActors } from '../participants/participant.sql.js';
import { linkedProspects } from '../prospects/prospect.sql.js';
import { releaseUploadsOfConversation } from '../uploads/upload.sql.js';
import { assigneeOf } from './assign.js';
import { deleteConversationRows, lockConversation } from './conversation.sql.js';
import { conversationIdField } from './conversation-fields.js';

export const deleteConversationInput = input(
  'DeleteConversationInput',
  'The conversation to delete.',
  conversationIdField,
);

export type DeletedConversation = { deletedConversationId: string; deletedMessageCount: number };

/** What the log keeps of a conversation: what it was, and who else than its owner saw it, if it had one. */
async function epitaph(work: Work, row: Conversation): Promise<EventPayloads['conversation.deleted']> {
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

/** Deletes a conversation and everything that belongs to it. Its contact and its prospects stay. */
export async function deleteConversation(
  context: ActionContext,
  { conversationId }: Parsed<typeof deleteConversationInput>,
): Promise<DeletedConversation> {
  return transactOnce(context, plainOutcome(), async (work) => {
    const row = await lockConversation(work, conversationId);
    const payload = await epitaph(work, row);
    await releaseUploadsOfConversation(work, conversationId);
    const deletedMessageCount = await deleteConversationRows(work, conversationId);
    await eraseConversations(work, [conversationId]);
    await blankEvents(work, conversationId);
    work.record(row, { type: 'conversation.deleted', payload });
    return { deletedConversationId: encodeId('Conversation', conversationId), deletedMessageCount };
  });
}
