import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import type { KeysetSql, PageRequest } from '../../db/keyset.js';
import type { Read } from '../../db/read.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { frequencyOf } from '../../domain/search/frequency.sql.js';
import { conversationMatchesAsRead } from '../../domain/search/search.sql.js';
import { searchInOrder } from '../../domain/search/search-in-order.js';
import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import { type ConversationFilter, conversationConditions } from './conversation-filter.js';
import type { OrderField } from './conversation-order.js';

/** Rows that are read for every message, of which the other filters leave some; on average they have ten messages. */
const ROWS_PER_MESSAGE = 0.4;

/** Filters that leave so little that it can be sorted. */
const NARROW = ['contactId', 'prospectId'] as const;
/** Filters whose index has the order of UPDATED_AT, so that reading in order reads nothing else. */
const INDEXED = [...NARROW, 'status', 'channelId', 'botId', 'ownerId', 'assigneeId', 'updatedAt'] as const;

/**
 * Finds a page of conversations by their words in the order of the list, as `searchInOrder` says; undefined if that is not
 * for this list. Contacts read nothing but their own conversations anyway.
 */
export function findInOrder(
  read: Read,
  viewer: Viewer,
  { search, ...filter }: ConversationFilter,
  field: OrderField,
  frequency = frequencyOf,
): ((keyset: KeysetSql, page: PageRequest) => Promise<Conversation[] | null>) | undefined {
  if (!search || callers[viewer.kind].sees === 'OWN') return undefined;
  const { sql } = Prisma;
  const indexed = Object.fromEntries((field === 'UPDATED_AT' ? INDEXED : NARROW).map((name) => [name, filter[name]]));
  const visible = sql`${visibleTo(viewer)} AND ${conversationConditions(filter, viewer)}`;
  const matches = conversationMatchesAsRead(viewer, search);
  return async (keyset, { limit, offset }) =>
    searchInOrder({
      frequency: await frequency(read, search),
      read: (messages) => read<Conversation>`
        SELECT c.* FROM (
          SELECT c.*, sum(c."messageCount") OVER (${keyset.order} ROWS UNBOUNDED PRECEDING) AS "messagesRead"
          FROM (
            SELECT c.* FROM "Conversation" c
            WHERE c."workspaceId" = ${viewer.workspaceId}::uuid AND ${conversationConditions(indexed, viewer)}
              AND ${keyset.where} ${keyset.order} LIMIT ${Math.ceil(messages * ROWS_PER_MESSAGE)}
          ) c WHERE ${visible}
        ) c WHERE c."messagesRead" <= ${messages} AND ${matches}
        ${keyset.orderAndLimit}`,
      limit: limit + 1,
      offset,
      filtered: Object.entries(filter).some(([name, value]) => value !== undefined && !(name in indexed)),
    });
}
