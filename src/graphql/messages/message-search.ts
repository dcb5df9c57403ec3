import { callers } from '../../auth/permissions.js';
import type { Viewer } from '../../auth/viewer.js';
import type { KeysetSql, PageRequest } from '../../db/keyset.js';
import type { Read } from '../../db/read.js';
import { visibleTo } from '../../domain/conversations/visibility.sql.js';
import { frequencyOf } from '../../domain/search/frequency.sql.js';
import { messageMatchesAsRead } from '../../domain/search/search.sql.js';
import { searchInOrder } from '../../domain/search/search-in-order.js';
import { type Message, Prisma } from '../../generated/prisma/client.js';
import { asVisibleTo, type MessageFilter, messageConditions } from './message-filter.js';

/**
 * Finds a page of messages by their words in the order of the list, as `searchInOrder` says; undefined if that is not for
 * this list. Contacts read nothing but their own messages anyway.
 */
export function findInOrder(
  read: Read,
  viewer: Viewer,
  { search, ...filter }: MessageFilter,
  frequency = frequencyOf,
): ((keyset: KeysetSql, page: PageRequest) => Promise<Message[] | null>) | undefined {
  const visible = asVisibleTo(viewer, filter);
  // There are few notes: far apart, where all messages are read.
  if (!search || callers[viewer.kind].sees === 'OWN' || !visible.visibility.includes('PUBLIC')) return undefined;
  const { sql } = Prisma;
  const { conversationId, channelId, authorId, createdAt } = filter;
  // A contact's messages are of several authors if others were merged into it, whom no index has in one order.
  const indexed = {
    conversationId,
    channelId,
    createdAt,
    authorId: authorId?.type === 'CONTACT' ? undefined : authorId,
  };
  const conditions = messageConditions(visible, viewer.workspaceId);
  // A subquery that returns a value, because a join would be free to lose the order, and to read on beyond the page.
  const inSight = sql`(SELECT TRUE FROM "Conversation" c WHERE c.id = m."conversationId" AND ${visibleTo(viewer)})`;
  return async (keyset, { limit, offset }) =>
    searchInOrder({
      frequency: await frequency(read, search),
      read: (messages) => read<Message>`
        SELECT m.* FROM (
          SELECT m.* FROM (
            SELECT m.* FROM "Message" m WHERE ${messageConditions(indexed, viewer.workspaceId)} AND ${keyset.where}
            ${keyset.order} LIMIT ${messages}
          ) m WHERE ${conditions} ${keyset.order} OFFSET 0
        ) m WHERE ${messageMatchesAsRead(search)} AND ${inSight} ${keyset.orderAndLimit}`,
      limit: limit + 1,
      offset,
      filtered: Object.entries(filter).some(([name, value]) => value !== undefined && !(name in indexed)),
    });
}
