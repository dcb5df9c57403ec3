import type { ConversationFilter } from './generated/operations.js';
import type { ConversationRecord } from './records.js';

/**
 * Whether a conversation with a pending write meets a filter, or null where the copy cannot tell. Only for the moments
 * until the server says so: then the list is what the server says.
 */
export function matches(filter: ConversationFilter, row: ConversationRecord): boolean | null {
  let isCertain = true;
  for (const [field, value] of Object.entries(filter)) {
    if (value === null || value === undefined) continue;
    const met = meets({ [field]: value }, row);
    if (met === false) return false;
    if (met === null) isCertain = false;
  }
  return isCertain ? true : null;
}

/** One condition. */
function meets(filter: ConversationFilter, row: ConversationRecord): boolean | null {
  const { status, priority, assigneeId, unassigned, tags, unread, contactId, channelId } = filter;
  if (status) return status.includes(row.status);
  if (priority) return priority.includes(row.priority);
  if (assigneeId) return row.assigneeId === assigneeId;
  if (typeof unassigned === 'boolean') return (row.assigneeId === null) === unassigned;
  if (tags) return tags.every((tag) => row.tags.includes(tag));
  if (typeof unread === 'boolean') return row.unreadCount > 0 === unread;
  // Of a new one these can come from what its contact or channel is known by.
  if (contactId && row.revision > 0) return row.contactId === contactId;
  if (channelId && row.revision > 0) return row.channel?.id === channelId;
  return null;
}
