import type {
  ConversationFilter,
  FollowCountsSubscription,
  SyncedAssigneeFragment,
  SyncedContactFragment,
  SyncedConversationFragment,
  SyncedMessageFragment,
} from './generated/operations.js';
import type { PendingWrite } from './writes.js';

/** A user, bot or contact. */
export type ActorRecord = SyncedAssigneeFragment | SyncedContactFragment;

/** A conversation, with others by their ids, since they change without it. */
export type ConversationRecord = Omit<SyncedConversationFragment, 'assignee' | 'contact'> & {
  assigneeId: string | null;
  contactId: string | null;
};

/** What is kept of each table, by a key of its own. */
export type Tables = {
  conversation: ConversationRecord;
  actor: ActorRecord;
  message: SyncedMessageFragment;
  /** A list that was loaded, by its filter, and where to go on following it. */
  list: { filter: ConversationFilter; cursor: string };
  /** That a conversation is in a list. */
  member: { list: string; conversationId: string };
  /** A conversation whose newest messages are held: all that came since, and further ones before `before`. */
  thread: { hasOlder: boolean; before: string | null };
  counts: FollowCountsSubscription['conversationCounts'];
  /** Where to go on following all changes; one record. */
  position: { cursor: string };
  write: PendingWrite;
};

export type TableName = keyof Tables;

export const TABLES: readonly TableName[] = [
  'conversation',
  'actor',
  'message',
  'list',
  'member',
  'thread',
  'counts',
  'position',
  'write',
];

export type StoredRecord = {
  [Name in TableName]: { table: Name; key: string; value: Tables[Name] };
}[TableName];

export type RemovedRecord = { table: TableName; key: string };
