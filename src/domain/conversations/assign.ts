import type { Conversation } from '../../generated/prisma/client.js';
import { type ActorRef, type AssigneeRef, actorId, type SystemRef, sameActor } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockActiveActorForShare } from '../actors/actor.sql.js';
import { join } from '../participants/participant.sql.js';
import { type ConversationChanges, changeConversation } from './conversation.sql.js';

/** The assignee in a conversation's row, or null. */
export function assigneeOf(row: Pick<Conversation, 'assigneeUserId' | 'assigneeBotId'>): AssigneeRef | null {
  if (row.assigneeUserId) return { type: 'USER', id: row.assigneeUserId };
  if (row.assigneeBotId) return { type: 'BOT', id: row.assigneeBotId };
  return null;
}

/** The columns that an assignment writes. A bot becomes the conversation's active bot; a user takes over from the bot. */
export function assignmentChanges(
  to: AssigneeRef | null,
  by: ActorRef | SystemRef,
  at: Date,
  note: string | null,
): Omit<ConversationChanges, 'metadata'> {
  return {
    assigneeUserId: to?.type === 'USER' ? to.id : null,
    assigneeBotId: to?.type === 'BOT' ? to.id : null,
    assignedAt: to ? at : null,
    assignedByType: to ? by.type : null,
    assignedById: to ? by.id : null,
    assignmentNote: to ? note : null,
    ...(to?.type === 'BOT' ? { botId: to.id, botActive: true } : {}),
    ...(to?.type === 'USER' ? { botActive: false } : {}),
  };
}

/** What the log stores of a bot that another one replaces. */
export function replacedBot({ botId }: Pick<Conversation, 'botId'>, to: AssigneeRef | null): { formerBot?: string } {
  return botId && to?.type === 'BOT' && to.id !== botId ? { formerBot: botId } : {};
}

/**
 * Assigns a locked conversation, or unassigns it. The current assignee changes nothing. Throws ConflictError if the new
 * assignee is deactivated.
 */
export async function assign(
  work: Work,
  conversation: Conversation,
  to: AssigneeRef | null,
  note: string | null = null,
): Promise<Conversation> {
  const from = assigneeOf(conversation);
  if (sameActor(from, to)) return conversation;
  if (to) {
    await lockActiveActorForShare(work, to);
    await join(work, conversation, to);
  }
  work.record(conversation, {
    type: 'conversation.assigned',
    payload: { from: from && actorId(from), to: to && actorId(to), note, ...replacedBot(conversation, to) },
  });
  return changeConversation(work, conversation, assignmentChanges(to, work.viewer.actor, work.now, note));
}
