import type { ConversationRecord } from './records.js';
import type { Inputs, PendingWrite } from './writes.js';

/** The conversation as it will be if the write is accepted; the same as before where that cannot be told. */
export function withWrite(row: ConversationRecord | undefined, write: PendingWrite): ConversationRecord | undefined {
  if (write.kind === 'createConversation') return row ?? created(write);
  if (!row) return row;
  switch (write.kind) {
    case 'sendMessage':
      // A note changes nothing of its conversation.
      if (write.input.visibility === 'INTERNAL') return row;
      // Not one more than the row says: the row may have been told of the message before the message was answered.
      return {
        ...row,
        messageCount: Math.max(row.messageCount, write.messageCount),
        lastMessageAt: row.lastMessageAt && row.lastMessageAt > write.at ? row.lastMessageAt : write.at,
        lastMessage: row.messageCount < write.messageCount ? messageOf(write.input) : row.lastMessage,
      };
    case 'assignConversation':
      return { ...row, assigneeId: write.input.assigneeId ?? null };
    case 'transferConversation':
      return { ...row, assigneeId: write.input.toAssigneeId };
    case 'closeConversation':
      return { ...row, status: 'CLOSED', snoozedUntil: null };
    case 'reopenConversation':
      return { ...row, status: 'OPEN', snoozedUntil: null };
    case 'snoozeConversation':
      return { ...row, status: 'SNOOZED', snoozedUntil: write.input.until };
    case 'markConversationRead': {
      const { upToSeq, upToMessageId } = write.input;
      return (upToSeq ?? upToMessageId ?? null) === null ? { ...row, unreadCount: 0 } : row;
    }
    case 'updateConversation': {
      const { subject, priority, tags, status, snoozedUntil } = write.input;
      return {
        ...row,
        subject: subject === undefined ? row.subject : subject,
        priority: priority ?? row.priority,
        tags: tags ?? row.tags,
        status: status ?? row.status,
        snoozedUntil: snoozedUntil ?? row.snoozedUntil,
      };
    }
  }
}

function created({ at, input }: PendingWrite & { kind: 'createConversation' }): ConversationRecord {
  return {
    __typename: 'Conversation',
    id: input.id,
    revision: 0,
    version: 0,
    subject: input.subject ?? null,
    status: 'OPEN',
    priority: input.priority ?? 'NORMAL',
    tags: input.tags ?? [],
    unreadCount: 0,
    messageCount: input.message ? 1 : 0,
    lastMessageAt: input.message ? at : null,
    lastMessage: input.message ? messageOf({ ...input.message, id: '' }) : null,
    snoozedUntil: null,
    createdAt: at,
    updatedAt: at,
    channel: null,
    assigneeId: input.assigneeId ?? null,
    contactId: input.contactId ?? null,
  };
}

function messageOf({
  id,
  direction,
  text,
}: Pick<Inputs['sendMessage'], 'id' | 'direction' | 'text'>): ConversationRecord['lastMessage'] {
  return { id, direction: direction ?? 'OUTBOUND', text: text ?? null };
}
