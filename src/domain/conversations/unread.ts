import type { Conversation } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';

type Counters = Pick<Conversation, 'messageCount' | 'inboundCount' | 'ownerId'>;

/** Whether an actor stands on the customer's side of a conversation: a contact, or the user whom it belongs to. */
export function isCustomer(actor: Pick<ActorRef, 'type' | 'id'>, { ownerId }: Pick<Conversation, 'ownerId'>): boolean {
  return actor.type === 'CONTACT' || (actor.type === 'USER' && actor.id === ownerId);
}

/** How many messages of the other side lie behind a read position. Nothing is ever counted: it is a subtraction. */
export function unreadBy(
  actor: Pick<ActorRef, 'type' | 'id'>,
  conversation: Counters,
  position: { seq: number; inboundCount: number },
): number {
  const inbound = conversation.inboundCount - position.inboundCount;
  return isCustomer(actor, conversation) ? conversation.messageCount - position.seq - inbound : inbound;
}
