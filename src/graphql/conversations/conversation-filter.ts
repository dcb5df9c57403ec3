import { z } from 'zod';
import type { Viewer } from '../../auth/viewer.js';
import { currentContact } from '../../domain/contacts/merged-contact.sql.js';
import { priority, status } from '../../domain/conversations/conversation-fields.js';
import { unreadSql } from '../../domain/conversations/unread.sql.js';
import { conversationMatches } from '../../domain/search/search.sql.js';
import { searchText } from '../../domain/search/search-text.js';
import { Prisma } from '../../generated/prisma/client.js';
import { ChannelType as ChannelTypes, type ConversationStatus as Status } from '../../generated/prisma/enums.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import { actorRef, id, text } from '../../lib/validation.js';
import { ChannelType } from '../channels/channel.type.js';
import { builder } from '../core/builder.js';
import { DateTimeRange, dateTimeRange, inRange } from '../core/date-time-range.js';
import { ConversationStatus, Priority } from './conversation-enums.type.js';

export const ConversationFilter = builder.inputType('ConversationFilter', {
  description: 'Conditions that all must hold. An empty list matches nothing.',
  fields: (t) => ({
    status: t.field({ type: [ConversationStatus], description: 'Has one of these statuses.' }),
    priority: t.field({ type: [Priority], description: 'Has one of these priorities.' }),
    channelId: t.id({ description: 'Takes place on this channel.' }),
    channelType: t.field({ type: ChannelType, description: 'Takes place on a channel of this type.' }),
    contactId: t.id({ description: "Is this contact's." }),
    botId: t.id({ description: 'Has this bot.' }),
    ownerId: t.id({ description: 'Belongs to this user.' }),
    assigneeId: t.id({ description: 'Is assigned to this user or bot.' }),
    unassigned: t.boolean({ description: 'true: has no assignee; false: has one.' }),
    participantId: t.id({ description: 'This user, bot or contact is in it now.' }),
    prospectId: t.id({ description: 'Is linked to this prospect.' }),
    tags: t.stringList({ description: 'Has all of these tags.' }),
    unread: t.boolean({ description: 'Per viewer: true: has something unread; false: has nothing unread.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Was made in this span.' }),
    updatedAt: t.field({ type: DateTimeRange, description: 'Last changed in this span.' }),
    search: t.string({
      description:
        "In the contact's name, phone and e-mail address, the subject and the messages: all words, in any order, without accents, the last one by its beginning; names also by similarity. At most 200 characters.",
    }),
  }),
});

/** Reads a ConversationFilter; null means the same as left out. */
export const conversationFilter = z
  .object({
    status: z.array(status).nullish(),
    priority: z.array(priority).nullish(),
    channelId: id('Channel').nullish(),
    channelType: z.enum(ChannelTypes).nullish(),
    contactId: id('Contact').nullish(),
    botId: id('Bot').nullish(),
    ownerId: id('User').nullish(),
    assigneeId: actorRef('USER', 'BOT').nullish(),
    unassigned: z.boolean().nullish(),
    participantId: actorRef('USER', 'BOT', 'CONTACT').nullish(),
    prospectId: id('Prospect').nullish(),
    tags: z.array(text(64)).max(50, 'Must have at most 50 tags.').nullish(),
    unread: z.boolean().nullish(),
    createdAt: dateTimeRange.nullish(),
    updatedAt: dateTimeRange.nullish(),
    search: searchText.nullish(),
  })
  .nullish();

export type FilterInput = NonNullable<z.output<typeof conversationFilter>>;

const { sql, empty } = Prisma;

function isSet<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function statusCondition(statuses: Status[]): Prisma.Sql {
  return sql`c.status = ANY(${statuses}::text[]::"ConversationStatus"[])`;
}

/** The filter as a condition on the alias `c`, to be combined with `visibleTo`. */
export function conversationConditions(filter: FilterInput, viewer: Viewer): Prisma.Sql {
  const workspaceId = sql`${viewer.workspaceId}::uuid`;
  const { assigneeId: assignee } = filter;
  // To a contact no conversation has tags or prospects, and no filter may tell otherwise.
  const hidden = viewer.kind === 'CONTACT';
  const conditions = [
    isSet(filter.status) ? statusCondition(filter.status) : empty,
    isSet(filter.priority) ? sql`c.priority = ANY(${filter.priority}::text[]::"Priority"[])` : empty,
    isSet(filter.channelId) ? sql`c."channelId" = ${filter.channelId}::uuid` : empty,
    isSet(filter.channelType)
      ? sql`c."channelId" IN (SELECT id FROM "Channel"
          WHERE "workspaceId" = ${workspaceId} AND type = ${filter.channelType}::"ChannelType")`
      : empty,
    isSet(filter.contactId) ? sql`c."contactId" = ${currentContact(viewer.workspaceId, filter.contactId)}` : empty,
    isSet(filter.botId) ? sql`c."botId" = ${filter.botId}::uuid` : empty,
    isSet(filter.ownerId) ? sql`c."ownerId" = ${filter.ownerId}::uuid` : empty,
    assignee?.type === 'USER' ? sql`c."assigneeUserId" = ${assignee.id}::uuid` : empty,
    assignee?.type === 'BOT' ? sql`c."assigneeBotId" = ${assignee.id}::uuid` : empty,
    isSet(filter.unassigned)
      ? sql`(c."assigneeUserId" IS NULL AND c."assigneeBotId" IS NULL) = ${filter.unassigned}`
      : empty,
    isSet(filter.participantId)
      ? sql`c.id IN (SELECT "conversationId" FROM "Participant"
          WHERE "workspaceId" = ${workspaceId} AND "actorId" = ${currentActor(viewer, filter.participantId)} AND "leftAt" IS NULL)`
      : empty,
    hidden && (isSet(filter.prospectId) || isSet(filter.tags)) ? sql`FALSE` : empty,
    isSet(filter.prospectId)
      ? sql`c.id IN (SELECT "conversationId" FROM "ProspectLink"
          WHERE "workspaceId" = ${workspaceId} AND "prospectId" = ${filter.prospectId}::uuid)`
      : empty,
    isSet(filter.tags) ? tagsCondition(filter.tags) : empty,
    isSet(filter.unread) ? sql`(${unreadSql(viewer)} > 0) = ${filter.unread}` : empty,
    ...inRange(sql`c."createdAt"`, filter.createdAt),
    ...inRange(sql`c."updatedAt"`, filter.updatedAt),
    isSet(filter.search) ? conversationMatches(viewer.workspaceId, filter.search) : empty,
  ].filter((condition) => condition !== empty);
  return conditions.length > 0 ? Prisma.join(conditions, ' AND ') : sql`TRUE`;
}

function tagsCondition(tags: string[]): Prisma.Sql {
  return tags.length > 0 ? sql`c.tags @> ${tags}::text[]` : sql`FALSE`;
}

function currentActor({ workspaceId }: Viewer, { type, id }: ActorRef): Prisma.Sql {
  return type === 'CONTACT' ? currentContact(workspaceId, id) : sql`${id}::uuid`;
}
