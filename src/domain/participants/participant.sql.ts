import { type Conversation, Prisma } from '../../generated/prisma/client.js';
import type { ParticipantRole } from '../../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../../lib/actor-ref.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { isCustomer } from '../conversations/read-position.sql.js';

/** The side on which an actor takes part in a conversation. */
function roleOf(actor: ActorRef, conversation: Pick<Conversation, 'ownerId'>): ParticipantRole {
  if (isCustomer(actor, conversation)) return 'CUSTOMER';
  return actor.type === 'BOT' ? 'BOT' : 'AGENT';
}

/** Whether an actor can be a participant: API keys and the system cannot. */
export function canJoin(actor: ActorRef | SystemRef): actor is ActorRef {
  return actor.type !== 'API_KEY' && actor.type !== 'SYSTEM';
}

export type JoinOptions = {
  /** Whether the actor is joining by sending a message. */
  sending?: boolean;
  /** Who makes the actor join. Default: the viewer. */
  by?: ActorRef | SystemRef;
};

/** Makes an actor a participant of a locked conversation, unless it already is one. Returns whether it has joined now. */
export async function join(
  { tx, workspaceId, now, newId, record }: Work,
  conversation: Conversation,
  actor: ActorRef,
  { sending = false, by }: JoinOptions = {},
): Promise<boolean> {
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
  if (row?.id !== id) return false;
  record(conversation, { type: 'participant.joined', payload: { participantId: id } }, by);
  return true;
}

/** The id of the participant that an actor is in a locked conversation now; null if it is none. */
export async function findParticipant(
  { tx, workspaceId }: Work,
  conversation: Conversation,
  actor: ActorRef | SystemRef,
): Promise<string | null> {
  if (!canJoin(actor)) return null;
  const [row] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM "Participant" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "conversationId" = ${conversation.id}::uuid AND "actorId" = ${actor.id}::uuid AND "leftAt" IS NULL`;
  return row?.id ?? null;
}

/**
 * Records that the author of a message joins a locked conversation, unless it is a participant already. Returns the
 * statement that writes this, and when it has sent a message.
 */
export function joinAsAuthor(
  { workspaceId, now, newId, record }: Work,
  conversation: Conversation,
  author: ActorRef,
  participantId: string | null,
): Prisma.Sql {
  if (participantId) {
    return Prisma.sql`UPDATE "Participant" SET "lastMessageAt" = ${now}
      WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${participantId}::uuid`;
  }
  const id = newId();
  record(conversation, { type: 'participant.joined', payload: { participantId: id } }, author);
  return Prisma.sql`
    INSERT INTO "Participant"
      ("workspaceId", id, "conversationId", "actorType", "actorId", role, "joinedAt", "lastMessageAt")
    VALUES (${workspaceId}::uuid, ${id}::uuid, ${conversation.id}::uuid, ${author.type}, ${author.id}::uuid,
      ${roleOf(author, conversation)}, ${now}, ${now})`;
}

/**
 * Makes an actor a participant of many locked conversations in one statement. Returns the ids of the new participants by
 * conversation; the caller records the events.
 */
export async function joinAll(
  { tx, workspaceId, now, newId }: SystemWork,
  conversations: readonly Pick<Conversation, 'id' | 'ownerId'>[],
  actor: ActorRef,
): Promise<Map<string, string>> {
  const rows = conversations.map((conversation) => ({
    id: newId(),
    conversationId: conversation.id,
    role: roleOf(actor, conversation),
  }));
  const joined = await tx.$queryRaw<{ id: string; conversationId: string }[]>`
    INSERT INTO "Participant" ("workspaceId", id, "conversationId", "actorType", "actorId", role, "joinedAt")
    SELECT ${workspaceId}::uuid, p.id, p."conversationId", ${actor.type}::"ActorType", ${actor.id}::uuid, p.role, ${now}
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS p(id uuid, "conversationId" uuid, role "ParticipantRole")
    ON CONFLICT ("workspaceId", "conversationId", "actorId") WHERE "leftAt" IS NULL DO NOTHING
    RETURNING id, "conversationId"`;
  return new Map(joined.map(({ id, conversationId }) => [conversationId, id]));
}

/** Ends an actor's participation in a locked conversation. Returns the participant's id, or null if there is none. */
export async function leave(
  { tx, workspaceId, now }: Work,
  conversationId: string,
  actor: ActorRef,
): Promise<string | null> {
  const [left] = await tx.$queryRaw<{ id: string }[]>`
    UPDATE "Participant" SET "leftAt" = ${now}
    WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid
      AND "actorId" = ${actor.id}::uuid AND "leftAt" IS NULL
    RETURNING id`;
  return left?.id ?? null;
}

/** The actors who take part in a conversation now. */
export async function participantActors(
  { tx, workspaceId }: Pick<SystemWork, 'tx' | 'workspaceId'>,
  conversationId: string,
): Promise<string[]> {
  const rows = await tx.$queryRaw<{ actorId: string }[]>`
    SELECT "actorId" FROM "Participant" WHERE "workspaceId" = ${workspaceId}::uuid
      AND "conversationId" = ${conversationId}::uuid AND "leftAt" IS NULL ORDER BY "joinedAt", id`;
  return rows.map(({ actorId }) => actorId);
}
