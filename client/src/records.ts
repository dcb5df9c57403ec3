import type { StatusRecord } from './connection.js';
import type { Failure } from './failures.js';
import type {
  ConversationFilter,
  FollowCountsSubscription,
  SyncedAssigneeFragment,
  SyncedContactFragment,
  SyncedConversationFragment,
  SyncedMessageFragment,
} from './generated/operations.js';
import type { Typist } from './typing.js';
import type { PendingWrite } from './writes.js';

/** A user, bot or contact. */
export type ActorRecord = SyncedAssigneeFragment | SyncedContactFragment;

/** A conversation, with others by their ids, since they change without it. */
export type ConversationRecord = Omit<SyncedConversationFragment, 'assignee' | 'contact'> & {
  assigneeId: string | null;
  contactId: string | null;
};

/** How something that is followed is going. */
export type Following = {
  isLive: boolean;
  /** Of a thread: that there is no such conversation, or the viewer does not see it. */
  isMissing: boolean;
  failure: Failure | null;
  /** Of a list: conversations with accepted writes whose effect on the list the server has not told yet. */
  settling: readonly string[];
};

/** What is stored of each table, by a key of its own. */
type StoredTables = {
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

/** What is shown: what is stored, and how the client is doing, which ends with it. */
export type Tables = StoredTables & {
  /** One record. */
  connection: StatusRecord;
  /** By the key of what is wanted. */
  following: Following;
  /** Who is typing, by conversation. */
  typing: readonly Typist[];
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
  'connection',
  'following',
  'typing',
];

type RecordOf<Name extends TableName> = { [Each in Name]: { table: Each; key: string; value: Tables[Each] } }[Name];

export type CopyRecord = RecordOf<TableName>;
export type StoredRecord = RecordOf<keyof StoredTables>;
export type RemovedRecord = { table: TableName; key: string };

/** What ends with the client. */
type Passing = 'connection' | 'following' | 'typing';

export function isStored<Named extends { table: TableName }>(
  record: Named,
): record is Exclude<Named, { table: Passing }> {
  return !['connection', 'following', 'typing'].includes(record.table);
}
