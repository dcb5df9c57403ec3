import type { Read } from '../../../db/read.js';
import { Prisma } from '../../../generated/prisma/client.js';
import { placeSql } from '../../messages/note.sql.js';
import {
  columnsOf,
  isHere,
  isOwn,
  isPerson,
  ownGroups,
  type Person,
  pagesOf,
  type Row,
  type Source,
} from './export-pages.sql.js';

const { sql, raw, empty } = Prisma;

/** What is exported of a person. */
export type Request = Person & {
  read: Read;
  /** Whether what the team and its programs wrote for themselves belongs to it. */
  includesInternal: boolean;
};

/** Pages of the rows of a section, which read from the database only as fast as they are taken. */
type Section = (request: Request) => AsyncGenerator<Row[]>;

const byId: Source['order'] = [['r.id', 'uuid']];
const inConversation = (...order: Source['order']): Source['order'] => [['r."conversationId"', 'uuid'], ...order];

/** Rows that are found by the person. */
const ofPerson =
  (source: (request: Request) => Source): Section =>
  (request) =>
    pagesOf(request.read, source(request));

/** Rows in the person's own conversations. */
const inOwn = (source: (request: Request, isInGroup: Prisma.Sql) => Source): Section =>
  async function* (request) {
    for await (const group of ownGroups(request.read, request)) yield* pagesOf(request.read, source(request, group));
  };

/** One after the other. */
const both = (...sections: readonly Section[]): Section =>
  async function* (request) {
    for (const section of sections) yield* section(request);
  };

const only = (condition: boolean, columns: Prisma.Sql) => (condition ? sql`, ${columns}` : empty);

const contacts = ofPerson((request) => ({
  columns: columnsOf(
    ...['id', 'name', 'nameIsPlaceholder', 'phone', 'email', 'avatarUrl', 'externalId', 'tags', 'metadata'],
    ...['deletedAt', 'mergedIntoId', 'createdAt', 'updatedAt'],
  ),
  from: sql`FROM "Contact" r WHERE ${isHere(request)} AND ${isPerson('r.id', request)}`,
  order: byId,
}));

const aliases = ofPerson((request) => ({
  columns: columnsOf('kind', 'value', 'contactId', 'createdAt'),
  from: sql`FROM "ContactAlias" r WHERE ${isHere(request)} AND ${isPerson('r."contactId"', request)}`,
  order: [
    ['r.kind::text', 'text'],
    ['r.value', 'text'],
  ],
}));

const conversations = ofPerson((request) => ({
  columns: sql`${columnsOf(
    ...['id', 'externalId', 'subject', 'status', 'priority', 'channelId', 'contactId', 'ownerId', 'botId', 'botActive'],
    ...['clientBotId', 'assigneeUserId', 'assigneeBotId', 'assignedAt', 'assignedByType', 'assignedById', 'tags'],
    ...['metadata', 'flowId', 'stepId', 'messageCount', 'firstMessageAt', 'lastMessageAt', 'lastInteractionAt'],
    ...['snoozedUntil', 'expiresAt', 'closedAt', 'closedByType', 'closedById', 'resolution'],
    ...['reopenedAt', 'reopenedByType', 'reopenedById', 'createdAt', 'updatedAt'],
  )}${only(request.includesInternal, columnsOf('assignmentNote', 'closureReason', 'closureNotes'))}`,
  from: sql`FROM "Conversation" r WHERE ${isHere(request)} AND ${isPerson('r."contactId"', request)}`,
  order: byId,
}));

/** The rows below a message, as JSON; none is null. */
const below = (table: string, columns: readonly string[]) => sql`(
  SELECT jsonb_agg(jsonb_build_object(${raw(columns.map((name) => `'${name}', b."${name}"`).join(', '))}))
  FROM ${raw(`"${table}"`)} b WHERE b."workspaceId" = r."workspaceId" AND b."messageId" = r.id)`;

const messageColumns = ({ includesInternal }: Request) => sql`${columnsOf(
  ...['id', 'conversationId', 'seq', 'visibility', 'channelId', 'direction', 'authorType', 'authorId', 'text'],
  ...['content', 'status', 'errorMessage', 'externalId', 'clientMessageId', 'metadata', 'viaKeyId', 'replyToId'],
  ...['editedAt', 'deletedAt', 'createdAt', 'updatedAt'],
)},
  ${below('Upload', ['id', 'key', 'contentType', 'filename', 'sizeBytes', 'createdAt'])} AS attachments,
  ${below('MessageTransportStatus', ['participantId', 'status', 'errorMessage', 'at'])} AS "transportStatuses"
  ${only(includesInternal, sql`${below('Mention', ['userId'])} AS mentions`)}`;

const isForPerson = ({ includesInternal }: Request) => (includesInternal ? sql`TRUE` : sql`r.visibility = 'PUBLIC'`);

const messages = both(
  inOwn((request, isInGroup) => ({
    columns: messageColumns(request),
    from: sql`FROM "Message" r WHERE ${isHere(request)} AND ${isInGroup} AND ${isForPerson(request)}`,
    order: inConversation([placeSql((name) => raw(`r."${name}"`)).sql, 'float8']),
  })),
  ofPerson((request) => ({
    columns: messageColumns(request),
    from: sql`FROM "Message" r WHERE ${isHere(request)} AND ${isPerson('r."authorId"', request)}
      AND ${isForPerson(request)} AND NOT ${isOwn('r."conversationId"', request)}`,
    order: [['r."createdAt"', 'timestamptz'], ...byId],
  })),
);

const unusedUploads = ofPerson((request) => ({
  columns: columnsOf('id', 'key', 'contentType', 'filename', 'sizeBytes', 'createdAt'),
  from: sql`FROM "Upload" r WHERE ${isHere(request)} AND ${isPerson('r."callerId"', request)}
    AND r."messageId" IS NULL AND r."removedAt" IS NULL`,
  order: byId,
}));

const transfers = inOwn((request, isInGroup) => ({
  columns: sql`${columnsOf('conversationId', 'at', 'byType', 'byId', 'fromType', 'fromId', 'toType', 'toId')}${only(
    request.includesInternal,
    columnsOf('reason', 'summary'),
  )}`,
  from: sql`FROM "Transfer" r WHERE ${isHere(request)} AND ${isInGroup}`,
  order: inConversation(['r.at', 'timestamptz'], ...byId),
}));

const participantColumns = columnsOf(
  ...['id', 'conversationId', 'actorType', 'actorId', 'role', 'joinedAt', 'leftAt', 'lastMessageAt'],
);

const participants = both(
  inOwn((request, isInGroup) => ({
    columns: participantColumns,
    from: sql`FROM "Participant" r WHERE ${isHere(request)} AND ${isInGroup}`,
    order: inConversation(['r."joinedAt"', 'timestamptz'], ...byId),
  })),
  ofPerson((request) => ({
    columns: participantColumns,
    from: sql`FROM "Participant" r WHERE ${isHere(request)} AND ${isPerson('r."actorId"', request)}
      AND NOT ${isOwn('r."conversationId"', request)}`,
    order: byId,
  })),
);

/** Of the person, in its own conversations and those that it was in. */
const readPositions = ofPerson((request) => ({
  columns: columnsOf('conversationId', 'actorId', 'seq', 'readAt'),
  from: sql`FROM (
      SELECT r.id FROM "Conversation" r WHERE ${isHere(request)} AND ${isPerson('r."contactId"', request)}
      UNION SELECT r."conversationId" FROM "Participant" r WHERE ${isHere(request)} AND ${isPerson('r."actorId"', request)}
    ) known JOIN "ReadPosition" r ON r."conversationId" = known.id
    WHERE ${isHere(request)} AND ${isPerson('r."actorId"', request)}`,
  order: inConversation(['r."actorId"', 'uuid']),
}));

/** Those that are linked to nobody else's conversations. */
const prospects = ofPerson((request) => ({
  columns: columnsOf(
    ...['id', 'name', 'email', 'phone', 'status', 'properties', 'externalReferences'],
    ...['createdByType', 'createdById', 'createdAt', 'updatedByType', 'updatedById', 'updatedAt'],
  ),
  from: sql`FROM "Prospect" r WHERE ${isHere(request)} AND r.id IN (
      SELECT l."prospectId" FROM "Conversation" c JOIN "ProspectLink" l
        ON l."workspaceId" = c."workspaceId" AND l."conversationId" = c.id
      WHERE c."workspaceId" = ${request.workspaceId}::uuid AND ${isPerson('c."contactId"', request)}
    ) AND NOT EXISTS (
      SELECT FROM "ProspectLink" l WHERE l."workspaceId" = r."workspaceId" AND l."prospectId" = r.id
        AND NOT ${isOwn('l."conversationId"', request)})`,
  order: byId,
}));

const prospectLinks = inOwn((request, isInGroup) => ({
  columns: columnsOf('conversationId', 'prospectId', 'createdAt'),
  from: sql`FROM "ProspectLink" r WHERE ${isHere(request)} AND ${isInGroup}`,
  order: inConversation(['r."prospectId"', 'uuid']),
}));

const eventColumns = columnsOf(
  ...['id', 'type', 'conversationId', 'contactId', 'actorType', 'actorId', 'viaKeyId', 'payload', 'occurredAt'],
);

/** Entries of the log that are events, apart from those of notes, unless they belong to the export. */
const isEvent = ({ includesInternal }: Request) =>
  sql`r."nodeId" IS NULL ${includesInternal ? empty : sql`AND r.type NOT LIKE 'note.%'`}`;

const events = both(
  async function* (request) {
    for (const id of request.ids)
      yield* pagesOf(request.read, {
        columns: eventColumns,
        from: sql`FROM "Event" r WHERE ${isHere(request)} AND r."contactId" = ${id}::uuid AND ${isEvent(request)}`,
        order: [['r.position', 'bigint']],
      });
  },
  // From before they were the person's.
  inOwn((request, isInGroup) => ({
    columns: eventColumns,
    from: sql`FROM "Event" r WHERE ${isHere(request)} AND ${isInGroup} AND ${isEvent(request)}
      AND (r."contactId" IS NULL OR NOT ${isPerson('r."contactId"', request)})`,
    order: inConversation(['r.position', 'bigint']),
  })),
);

/** With where it went, apart from what may be secret in that. */
const deliveryColumns = sql`${columnsOf(
  ...['id', 'endpointId', 'eventId', 'eventType', 'conversationId', 'messageId', 'prospectId', 'status', 'attempts'],
  ...['statusCode', 'lastAttemptAt', 'createdAt'],
)}, (SELECT regexp_replace(substring(e.url FROM '^[^/]*//[^/?#]*'), '//[^@]*@', '//') FROM "WebhookEndpoint" e
     WHERE e."workspaceId" = r."workspaceId" AND e.id = r."endpointId") AS receiver`;

const webhookDeliveries = both(
  inOwn((request, isInGroup) => ({
    columns: sql`${deliveryColumns}${only(request.includesInternal, columnsOf('body', 'responseBody'))}`,
    from: sql`FROM "WebhookDelivery" r WHERE ${isHere(request)} AND ${isInGroup}
      ${request.includesInternal ? empty : sql`AND r."eventType" NOT LIKE 'note.%'`}`,
    order: inConversation(...byId),
  })),
  // A body about a message elsewhere also tells of others.
  ofPerson((request) => ({
    columns: deliveryColumns,
    from: sql`FROM "Message" m JOIN "WebhookDelivery" r ON r."workspaceId" = m."workspaceId" AND r."messageId" = m.id
      WHERE m."workspaceId" = ${request.workspaceId}::uuid AND ${isHere(request)} AND ${isPerson('m."authorId"', request)}
        AND NOT ${isOwn('m."conversationId"', request)} AND r."eventType" NOT LIKE 'note.%'`,
    order: byId,
  })),
);

const auditEvents = ofPerson((request) => ({
  columns: columnsOf('id', 'at', 'action', 'actorType', 'actorId', 'viaKeyId', 'targetId', 'changes'),
  from: sql`FROM "AuditEvent" r WHERE ${isHere(request)} AND ${isPerson('r."targetId"', request)}`,
  order: byId,
}));

const storedBytes = ofPerson((request) => ({
  columns: sql`r."ownerId" AS "contactId", r.bytes::float8 AS bytes`,
  from: sql`FROM "StoredBytes" r WHERE ${isHere(request)} AND ${isPerson('r."ownerId"', request)}`,
  order: [['r."ownerId"', 'uuid']],
}));

/** What an export contains, in its order. */
export const sections = {
  contacts,
  aliases,
  conversations,
  messages,
  unusedUploads,
  transfers,
  participants,
  readPositions,
  prospects,
  prospectLinks,
  events,
  webhookDeliveries,
  auditEvents,
  storedBytes,
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof sections;
