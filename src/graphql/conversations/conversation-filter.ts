import type { Viewer } from '../../auth/viewer.js';
import { currentContact } from '../../domain/contacts/merged-contact.sql.js';
import { priority, status } from '../../domain/conversations/conversation-fields.js';
import { unreadSql } from '../../domain/conversations/read-position.sql.js';
import { conversationMatches } from '../../domain/search/search.sql.js';
import { searchText } from '../../domain/search/search-text.js';
import { Prisma } from '../../generated/prisma/client.js';
import { ChannelType } from '../../generated/prisma/enums.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { actorRef, anyOf, enumOf, flag, id, list, text } from '../../lib/rules.js';
import { dateTimeRange, inRange } from '../core/date-time-range.js';

export const conversationFilter = input(
  'ConversationFilter',
  'Conditions that must all be met. An empty list matches nothing.',
  {
    status: optional(anyOf(status), 'Conversations with one of these statuses.'),
    priority: optional(anyOf(priority), 'Conversations with one of these priorities.'),
    channelId: optional(id('Channel'), 'Conversations on this channel.'),
    channelType: optional(
      enumOf('ChannelType', ChannelType, 'a channel type'),
      'Conversations on channels of this type.',
    ),
    contactId: optional(id('Contact'), 'Conversations with this contact.'),
    botId: optional(id('Bot'), 'Conversations that have this bot.'),
    ownerId: optional(id('User'), 'Conversations that this user owns.'),
    assigneeId: optional(actorRef('USER', 'BOT'), 'Conversations assigned to this user or bot.'),
    unassigned: optional(flag, 'true: conversations without an assignee; false: with one.'),
    participantId: optional(
      actorRef('USER', 'BOT', 'CONTACT'),
      'Conversations in which this user, bot or contact currently takes part.',
    ),
    mentionedUserId: optional(id('User'), 'Conversations with a note that mentions this user.'),
    prospectId: optional(id('Prospect'), 'Conversations linked to this prospect.'),
    tags: optional(list(text(64), 50, 'tags'), 'Conversations that have all of these tags.'),
    unread: optional(flag, 'Depends on the viewer. true: conversations with unread messages; false: without.'),
    createdAt: optional(dateTimeRange, 'Conversations created in this range.'),
    updatedAt: optional(dateTimeRange, 'Conversations last changed in this range.'),
    search: optional(
      searchText,
      "Searches the contact's name, phone number and email address, the subject and the messages, with notes except for contacts, for all of these words, in any order and ignoring case and accents. The last word also matches as a prefix, and names also match if they are similar.",
    ),
  },
);

export type ConversationFilter = Parsed<typeof conversationFilter>;

/** What contacts may filter by. Any other condition matches nothing, so that no filter reveals what is hidden from them. */
const usableByContacts: readonly string[] = [
  'status',
  'priority',
  'channelId',
  'channelType',
  'contactId',
  'botId',
  'ownerId',
  'assigneeId',
  'unassigned',
  'participantId',
  'unread',
  'createdAt',
  'updatedAt',
  'search',
] satisfies (keyof ConversationFilter)[];

/** Whether a filter has a condition by which the viewer may not filter, so that it matches nothing. */
export function isHiddenFrom(filter: Omit<ConversationFilter, 'search'>, { kind }: Viewer): boolean {
  const given = Object.keys(conversationFilter.fields).filter((field) => Object(filter)[field] !== undefined);
  return kind === 'CONTACT' && given.some((field) => !usableByContacts.includes(field));
}

const { sql, empty } = Prisma;

/** The condition of a filter on conversations, to be combined with `visibleTo`; alias `c`. */
export function conversationConditions(filter: ConversationFilter, viewer: Viewer): Prisma.Sql {
  if (isHiddenFrom(filter, viewer)) return sql`FALSE`;
  const workspaceId = sql`${viewer.workspaceId}::uuid`;
  const { status, priority, channelId, channelType, contactId, botId, ownerId, assigneeId } = filter;
  const { unassigned, participantId, mentionedUserId, prospectId, tags, unread, createdAt, updatedAt, search } = filter;
  const conditions = [
    status ? oneOf(sql`c.status`, status, sql`"ConversationStatus"`) : empty,
    priority ? oneOf(sql`c.priority`, priority, sql`"Priority"`) : empty,
    channelId ? sql`c."channelId" = ${channelId}::uuid` : empty,
    channelType
      ? sql`c."channelId" IN (SELECT id FROM "Channel"
          WHERE "workspaceId" = ${workspaceId} AND type = ${channelType}::"ChannelType")`
      : empty,
    contactId ? sql`c."contactId" = ${currentContact(viewer.workspaceId, contactId)}` : empty,
    botId ? sql`c."botId" = ${botId}::uuid` : empty,
    ownerId ? sql`c."ownerId" = ${ownerId}::uuid` : empty,
    assigneeId?.type === 'USER' ? sql`c."assigneeUserId" = ${assigneeId.id}::uuid` : empty,
    assigneeId?.type === 'BOT' ? sql`c."assigneeBotId" = ${assigneeId.id}::uuid` : empty,
    unassigned === undefined ? empty : sql`(c."assigneeUserId" IS NULL AND c."assigneeBotId" IS NULL) = ${unassigned}`,
    participantId
      ? sql`c.id IN (SELECT "conversationId" FROM "Participant"
          WHERE "workspaceId" = ${workspaceId} AND "actorId" = ${currentActor(viewer, participantId)} AND "leftAt" IS NULL)`
      : empty,
    mentionedUserId
      ? sql`c.id IN (SELECT "conversationId" FROM "Mention"
          WHERE "workspaceId" = ${workspaceId} AND "userId" = ${mentionedUserId}::uuid)`
      : empty,
    prospectId
      ? sql`c.id IN (SELECT "conversationId" FROM "ProspectLink"
          WHERE "workspaceId" = ${workspaceId} AND "prospectId" = ${prospectId}::uuid)`
      : empty,
    tags ? tagsCondition(tags) : empty,
    unread === undefined ? empty : sql`(${unreadBy(viewer)} > 0) = ${unread}`,
    ...inRange(sql`c."createdAt"`, createdAt),
    ...inRange(sql`c."updatedAt"`, updatedAt),
    search ? conversationMatches(viewer, search) : empty,
  ].filter((condition) => condition !== empty);
  return conditions.length > 0 ? Prisma.join(conditions, ' AND ') : sql`TRUE`;
}

function unreadBy({ actor }: Viewer): Prisma.Sql {
  return unreadSql({ type: actor.type, id: sql`${actor.id}` });
}

/** Value by value: of an array that is a parameter, the planner does not know how many rows have one of its values. */
function oneOf(column: Prisma.Sql, values: string[], type: Prisma.Sql): Prisma.Sql {
  const [first, ...others] = [...new Set(values)].sort();
  if (first === undefined) return sql`FALSE`;
  if (others.length === 0) return sql`${column} = ${first}::${type}`;
  return sql`${column} IN (${Prisma.join([first, ...others].map((value) => sql`${value}::${type}`))})`;
}

/** The index has no conversations without tags. */
function tagsCondition(tags: string[]): Prisma.Sql {
  return tags.length > 0 ? sql`(c.tags @> ${tags}::text[] AND c.tags <> '{}')` : sql`FALSE`;
}

function currentActor({ workspaceId }: Viewer, { type, id }: ActorRef): Prisma.Sql {
  return type === 'CONTACT' ? currentContact(workspaceId, id) : sql`${id}::uuid`;
}
