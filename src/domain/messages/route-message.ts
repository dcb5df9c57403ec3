import type { Conversation } from '../../generated/prisma/client.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockActorForShare } from '../actors/actor.sql.js';
import { changeConversation, lockActive } from '../conversations/conversation.sql.js';
import { assertVisible } from '../conversations/conversation-conflicts.js';
import { insertConversation, type NewConversation } from '../conversations/insert-conversation.js';
import { changesOfReopening } from '../conversations/reopening.js';
import { assertActive, open } from '../conversations/status-transitions.js';
import { canJoin, join } from '../participants/participant.sql.js';
import type { NewMessage } from './message.sql.js';

type Routed = Pick<NewMessage, 'author' | 'direction'>;

/**
 * The conversation that a message to a locked conversation goes to: that one, unless it is closed. A customer's message to
 * a closed conversation goes to the active conversation of the same channel and contact. If there is none, it reopens the
 * closed one within the channel's reopenWithinSeconds, and always if several conversations may be active; otherwise it
 * starts a new one with the same channel and contact, and with the same bot unless that is deactivated.
 * @throws {InvalidTransitionError} if the team writes to a closed conversation
 * @throws {ConflictError} if the viewer may not see the active conversation
 */
export async function routeMessage(work: Work, conversation: Conversation, message: Routed): Promise<Conversation> {
  if (conversation.status !== 'CLOSED') return conversation;
  if (message.direction === 'OUTBOUND') assertActive(conversation, 'written to');
  const { channelId, contactId, exclusive } = conversation;
  if (!channelId || !contactId || !exclusive) return reopen(work, conversation, message);
  const active = await lockActive(work, channelId, contactId);
  if (active) {
    await assertVisible(work, active);
    return active;
  }
  if (await mayReopen(work, conversation, channelId)) return reopen(work, conversation, message);
  return insertConversation(work, await successorOf(work, conversation), message.author);
}

async function reopen(work: Work, conversation: Conversation, { author }: Routed): Promise<Conversation> {
  // Before the transition: an action records what happens to participants first.
  if (canJoin(author)) await join(work, conversation, author, { sending: true, by: author });
  const { changes, event } = open(conversation, author, work.now);
  work.record(conversation, event, author);
  return changeConversation(work, conversation, {
    ...changes,
    ...(await changesOfReopening(work, conversation, author)),
  });
}

async function mayReopen(work: Work, { workspaceId, closedAt }: Conversation, channelId: string): Promise<boolean> {
  const channel = await work.tx.channel.findUnique({ where: { workspaceId_id: { workspaceId, id: channelId } } });
  if (!closedAt || channel?.reopenWithinSeconds == null) return false;
  return work.now.getTime() - closedAt.getTime() <= channel.reopenWithinSeconds * 1000;
}

async function successorOf(work: Work, conversation: Conversation): Promise<NewConversation> {
  const { channelId, contactId, ownerId, botId, clientBotId, exclusive } = conversation;
  const keepsBot = botId && (await lockActorForShare(work, { type: 'BOT', id: botId }));
  return { channelId, contactId, ownerId, botId: keepsBot ? botId : null, clientBotId, exclusive };
}
