/** A table of which an export has the rows of its workspace. */
export type MovedTable = {
  name: string;
  /** By which rows come after those of the table itself that they refer to; left out where they refer to none. */
  order?: string;
  /** A column in which rows are alike that refer to each other: those of another value can be written at the same time. */
  together?: string;
};

/** The tables of an export, each after those that it refers to. */
export const movedTables: readonly MovedTable[] = [
  { name: 'Workspace' },
  { name: 'Actor' },
  { name: 'User' },
  { name: 'Bot' },
  { name: 'ApiKey' },
  { name: 'Channel' },
  // A contact that was merged refers to one that was not.
  { name: 'Contact', order: '"mergedIntoId" IS NOT NULL' },
  { name: 'ContactAlias' },
  { name: 'Prospect' },
  { name: 'Conversation' },
  { name: 'ProspectLink' },
  { name: 'Participant' },
  { name: 'ReadPosition' },
  // A reply comes after what it answers, in the same conversation.
  {
    name: 'Message',
    order: '"conversationId", (seq + "noteSeq" / 1048576::float8)',
    together: 'conversationId',
  },
  { name: 'Mention' },
  { name: 'MessageTransportStatus' },
  { name: 'Upload' },
  { name: 'StoredBytes' },
  { name: 'Transfer' },
  { name: 'RevokedToken' },
  { name: 'Event' },
  { name: 'AuditEvent' },
];

/**
 * The tables that an import writes at once when all others and the files are there: without a head nothing is appended to
 * the log, and without endpoints nothing is delivered.
 */
export const lastTables: readonly MovedTable[] = [
  { name: 'WebhookEndpoint' },
  { name: 'EventTrim' },
  { name: 'EventHead' },
];

/** The tables of a workspace that an export leaves out, and why. Each before those that it refers to. */
export const leftOut: Readonly<Record<string, string>> = {
  WebhookDelivery: 'what was to be sent is sent by the original',
  IdempotencyClaim: 'a retry goes where the request went',
  ConversationCount: 'triggers write it for the conversations',
  ClosedWorkspace: 'says where an import or a deletion has come to',
};

export type Counts = Record<string, number>;
