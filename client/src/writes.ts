import {
  type AssignConversationInput,
  type CloseConversationInput,
  type CreateConversationInput,
  type MarkConversationReadInput,
  OutboxAssignConversationDocument,
  type OutboxAssignConversationMutation,
  OutboxCloseConversationDocument,
  OutboxCreateConversationDocument,
  type OutboxCreateConversationMutation,
  OutboxMarkConversationReadDocument,
  OutboxReopenConversationDocument,
  OutboxSendMessageDocument,
  type OutboxSendMessageMutation,
  OutboxSnoozeConversationDocument,
  OutboxTransferConversationDocument,
  OutboxUpdateConversationDocument,
  type ReopenConversationInput,
  type SendMessageInput,
  type SnoozeConversationInput,
  type SyncedConversationFragment,
  type TransferConversationInput,
  type UpdateConversationInput,
} from './generated/operations.js';

/** The input without what the outbox gives itself. */
type Given<Input> = Omit<Input, 'idempotencyKey' | 'client' | 'ifExists'>;

/** What can be written, and its input. */
export type Inputs = {
  createConversation: Given<CreateConversationInput> & { id: string };
  sendMessage: Given<SendMessageInput> & { id: string };
  assignConversation: Given<AssignConversationInput>;
  transferConversation: Given<TransferConversationInput>;
  closeConversation: Given<CloseConversationInput>;
  reopenConversation: Given<ReopenConversationInput>;
  snoozeConversation: Given<SnoozeConversationInput>;
  updateConversation: Given<UpdateConversationInput>;
  markConversationRead: Given<MarkConversationReadInput>;
};

export type Write = { [Kind in keyof Inputs]: { kind: Kind; input: Inputs[Kind] } }[keyof Inputs];

/** Why the server refused a write, now and whenever it is sent again as it is. */
export type Refusal = {
  /** Such as `InvalidTransitionError`; null for an error that is not in the mutation's result. */
  type: string | null;
  /** Such as `INVALID_TRANSITION`. */
  code: string;
  /** For people: what is wrong and what to do. */
  message: string;
  /** The input's fields that a ValidationError names. */
  issues: readonly { path: readonly string[]; message: string }[];
  /** The conversation that exists already, of a ConversationExistsError. */
  existingId: string | null;
};

/** A write that the server has not accepted. */
export type PendingWrite = Write & {
  /** Its idempotency key. */
  id: string;
  /** Writes to a conversation are sent in this order. */
  order: number;
  conversationId: string;
  /** When it was written, in ISO 8601. */
  at: string;
  /** Of a message, how many the conversation has with it, as far as the copy could tell. */
  messageCount: number;
  /** Null as long as it waits to be sent or answered. */
  refusal: Refusal | null;
};

/** A new write, as it waits after all that are held. */
export function pendingOf(
  write: Write,
  tables: { write: ReadonlyMap<string, PendingWrite> },
  views: { conversation: (id: string) => { messageCount: number } | null },
): PendingWrite {
  const conversationId = conversationIdOf(write);
  return {
    ...write,
    id: crypto.randomUUID(),
    order: nextOrder(tables),
    conversationId,
    messageCount: 1 + (views.conversation(conversationId)?.messageCount ?? 0),
    at: new Date().toISOString(),
    refusal: null,
  };
}

/** A new write, or a refused one that is forgotten, or both: the new one then takes the place of the other. */
export type OutboxChange = { added: PendingWrite | null; dismissed: string | null };

/** After all that are held. */
export function nextOrder({ write }: { write: ReadonlyMap<string, PendingWrite> }): number {
  return 1 + Math.max(0, ...[...write.values()].map(({ order }) => order));
}

/** The answers of all mutations have the same parts. */
export type WriteAnswer = (
  | OutboxSendMessageMutation
  | OutboxCreateConversationMutation
  | OutboxAssignConversationMutation
)['answer'];

export const WRITE_DOCUMENTS = {
  createConversation: OutboxCreateConversationDocument,
  sendMessage: OutboxSendMessageDocument,
  assignConversation: OutboxAssignConversationDocument,
  transferConversation: OutboxTransferConversationDocument,
  closeConversation: OutboxCloseConversationDocument,
  reopenConversation: OutboxReopenConversationDocument,
  snoozeConversation: OutboxSnoozeConversationDocument,
  updateConversation: OutboxUpdateConversationDocument,
  markConversationRead: OutboxMarkConversationReadDocument,
};

function conversationIdOf(write: Write): string {
  return write.kind === 'createConversation' ? write.input.id : write.input.conversationId;
}

/** The refusal in an answer; null if the write was accepted. */
export function refusalIn(answer: WriteAnswer): Refusal | null {
  if ('cursor' in answer) return null;
  const existing = 'existing' in answer ? answer.existing : null;
  return {
    type: answer.__typename,
    code: answer.code,
    message: answer.message,
    issues: 'issues' in answer ? answer.issues : [],
    existingId: existing?.id ?? null,
  };
}

/** The conversation that an answer shows, as it is now. */
export function conversationIn(answer: WriteAnswer): SyncedConversationFragment | null {
  if ('messageEdge' in answer) return answer.messageEdge.node.conversation;
  if ('conversation' in answer) return answer.conversation;
  if ('current' in answer) return answer.current;
  return 'existing' in answer ? answer.existing : null;
}
