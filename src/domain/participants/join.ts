import type { Conversation } from '../../generated/prisma/client.js';
import type { ParticipantRole } from '../../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { isCustomer } from '../conversations/unread.js';

/** On which side an actor takes part in a conversation. */
export function roleOf(actor: ActorRef, conversation: Pick<Conversation, 'ownerId'>): ParticipantRole {
  if (isCustomer(actor, conversation)) return 'CUSTOMER';
  return actor.type === 'BOT' ? 'BOT' : 'AGENT';
}

/** Whether an actor can be in a conversation: API keys and the system cannot. */
export function canJoin(actor: ActorRef | SystemRef): actor is ActorRef {
  return actor.type !== 'API_KEY' && actor.type !== 'SYSTEM';
}

export type JoinOptions = {
  /** Whether the actor is just sending a message. */
  sending?: boolean;
  /** Who causes it; left out: the viewer. */
  by?: ActorRef | SystemRef;
};

/** Makes an actor a participant of a locked conversation. Whoever is in it already stays as they are. */
export async function join(
  { tx, workspaceId, now, newId, record }: Work,
  conversation: Conversation,
  actor: ActorRef,
  { sending = false, by }: JoinOptions = {},
): Promise<void> {
  const role = roleOf(actor, conversation);
  const id = newId();
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    INSERT INTO "Participant"
      ("workspaceId", id, "conversationId", "actorType", "actorId", role, "joinedAt", "lastMessageAt")
    VALUES (${workspaceId}::uuid, ${id}::uuid, ${conversation.id}::uuid, ${actor.type}::"ActorType", ${actor.id}::uuid,
      ${role}::"ParticipantRole", ${now}, ${sending ? now : null}::timestamptz)
    ON CONFLICT ("workspaceId", "conversationId", "actorId") WHERE "leftAt" IS NULL
      DO UPDATE SET "lastMessageAt" = coalesce(excluded."lastMessageAt", "Participant"."lastMessageAt")
    RETURNING id`;
  if (row?.id === id) record(conversation, { type: 'participant.joined', payload: { participantId: id } }, by);
}
