import { seesNotes, type Viewer } from '../../auth/viewer.js';
import { currentContact } from '../../domain/contacts/merged-contact.sql.js';
import { contentType } from '../../domain/messages/message-content.js';
import { authorRef, direction, status, visibility } from '../../domain/messages/message-fields.js';
import { isPublic } from '../../domain/messages/note.sql.js';
import { messageMatches, searchedMessages } from '../../domain/search/search.sql.js';
import { searchText } from '../../domain/search/search-text.js';
import { Prisma } from '../../generated/prisma/client.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { anyOf, id } from '../../lib/rules.js';
import { dateTimeRange, inRange } from '../core/date-time-range.js';

export const messageFilter = input('MessageFilter', 'Conditions that must all be met. An empty list matches nothing.', {
  conversationId: optional(id('Conversation'), 'Messages of this conversation.'),
  channelId: optional(id('Channel'), 'Messages on this channel.'),
  direction: optional(direction, 'Messages in this direction.'),
  visibility: optional(
    anyOf(visibility),
    'Messages with one of these visibilities; contacts find public ones only. Default: PUBLIC, or with mentionedUserId INTERNAL.',
  ),
  mentionedUserId: optional(id('User'), 'Notes that mention this user. Contacts find none.'),
  status: optional(anyOf(status), 'Messages with one of these statuses.'),
  contentType: optional(contentType, 'Messages whose content has this `type`, such as `image`.'),
  authorId: optional(
    authorRef('USER', 'BOT', 'CONTACT', 'API_KEY'),
    'Messages by this user, bot, contact or API key, or by the system.',
  ),
  createdAt: optional(dateTimeRange, 'Messages sent in this range.'),
  search: optional(
    searchText,
    'Messages whose text contains all of these words, in any order and ignoring case and accents; the last word also matches as a prefix.',
  ),
});

export type MessageFilter = Parsed<typeof messageFilter>;

const { sql, empty } = Prisma;

/** A filter that says which visibilities the viewer finds. */
export type VisibleFilter = MessageFilter & Required<Pick<MessageFilter, 'visibility'>>;

/** The filter, with the visibilities that it finds for a viewer. */
export function asVisibleTo(viewer: Viewer, filter: MessageFilter): VisibleFilter {
  const asked = filter.visibility ?? [filter.mentionedUserId ? 'INTERNAL' : 'PUBLIC'];
  return { ...filter, visibility: asked.filter((each) => each === 'PUBLIC' || seesNotes(viewer)) };
}

function visibilityCondition(visibilities: VisibleFilter['visibility'] = ['PUBLIC', 'INTERNAL']): Prisma.Sql {
  const [hasPublic, hasInternal] = [visibilities.includes('PUBLIC'), visibilities.includes('INTERNAL')];
  if (hasPublic) return hasInternal ? empty : isPublic();
  // As text, for the index of notes.
  return hasInternal ? sql`m.visibility = 'INTERNAL'` : sql`FALSE`;
}

/** The condition of a filter on messages of the workspace, of any visibility if it has none; alias `m`. */
export function messageConditions(filter: MessageFilter, workspaceId: string): Prisma.Sql {
  const { conversationId, channelId, direction, status, contentType, authorId, search, mentionedUserId } = filter;
  const conditions = [
    sql`m."workspaceId" = ${workspaceId}::uuid`,
    conversationId ? sql`m."conversationId" = ${conversationId}::uuid` : empty,
    channelId ? sql`m."channelId" = ${channelId}::uuid` : empty,
    visibilityCondition(filter.visibility),
    mentionedUserId
      ? sql`m.id IN (SELECT "messageId" FROM "Mention"
          WHERE "workspaceId" = ${workspaceId}::uuid AND "userId" = ${mentionedUserId}::uuid)`
      : empty,
    direction ? sql`m.direction = ${direction}::"MessageDirection"` : empty,
    status ? sql`m.status = ANY(${status}::text[]::"MessageStatus"[])` : empty,
    contentType ? sql`m.content->>'type' = ${contentType}` : empty,
    authorId ? authorCondition(workspaceId, authorId) : empty,
    ...inRange(sql`m."createdAt"`, filter.createdAt),
    search ? messageMatches(search) : empty,
  ];
  return Prisma.join(
    conditions.filter((condition) => condition !== empty),
    ' AND ',
  );
}

/** A message keeps the author it was sent by, even if that contact has been merged into another one since. */
function authorCondition(workspaceId: string, { type, id: authorId }: NonNullable<MessageFilter['authorId']>) {
  if (authorId === null) return sql`m."authorId" IS NULL`;
  if (type !== 'CONTACT') return sql`m."authorId" = ${authorId}::uuid`;
  const current = currentContact(workspaceId, authorId);
  return sql`m."authorId" IN (SELECT id FROM "Contact"
    WHERE "workspaceId" = ${workspaceId}::uuid AND (id = ${current} OR "mergedIntoId" = ${current}))`;
}

/**
 * The messages that match a filter and that the viewer may learn of, as a table `m`. The planner assumes that many rows match a prefix, and would look for
 * a rare one in every message, newest first. OFFSET 0 makes it use the index of the search first, and sort afterwards.
 */
export function matchingMessages(filter: MessageFilter, viewer: Viewer): Prisma.Sql {
  const fence = filter.search ? sql`OFFSET 0` : empty;
  const conditions = messageConditions(asVisibleTo(viewer, filter), viewer.workspaceId);
  return sql`(SELECT m.* FROM ${searchedMessages(viewer)} m WHERE ${conditions} ${fence}) m`;
}
