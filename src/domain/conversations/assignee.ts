import type { Conversation } from '../../generated/prisma/client.js';

/** A user or a bot. */
export type AssigneeRef = { type: 'USER' | 'BOT'; id: string };

/** The assignee that a conversation's row keeps, or null. */
export function assigneeOf(row: Pick<Conversation, 'assigneeUserId' | 'assigneeBotId'>): AssigneeRef | null {
  if (row.assigneeUserId) return { type: 'USER', id: row.assigneeUserId };
  if (row.assigneeBotId) return { type: 'BOT', id: row.assigneeBotId };
  return null;
}
