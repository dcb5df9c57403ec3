import { type Contact, type Conversation, Prisma } from '../../generated/prisma/client.js';
import { nextRevision } from '../../unit-of-work/raise-revisions.sql.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';

/** The columns of a conversation that decide whether its contact can be merged, and those the merge changes. */
export type MergedConversation = Pick<
  Conversation,
  | 'id'
  | 'contactId'
  | 'ownerId'
  | 'channelId'
  | 'clientBotId'
  | 'externalId'
  | 'exclusive'
  | 'status'
  | 'lastInteractionAt'
>;

/** Reads contacts without locking them. */
export async function readContacts({ tx, workspaceId }: Work, ids: readonly string[]): Promise<Contact[]> {
  return tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${[...ids]}::uuid[])`;
}

/**
 * Locks the contacts' own conversations and those they take part in, in ascending order of ids. Includes conversations
 * the viewer cannot see, because all follow their contact.
 */
export async function lockConversationsOf(
  { tx, workspaceId }: Work,
  contactIds: readonly string[],
): Promise<MergedConversation[]> {
  const ids = Prisma.sql`ANY(${[...contactIds]}::uuid[])`;
  return tx.$queryRaw<MergedConversation[]>`
    SELECT c.id, c."contactId", c."ownerId", c."channelId", c."clientBotId", c."externalId", c.exclusive, c.status,
           c."lastInteractionAt"
    FROM "Conversation" c
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c.id IN (
      SELECT id FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ${ids}
      UNION
      SELECT "conversationId" FROM "Participant"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "actorId" = ${ids} AND "leftAt" IS NULL)
    ORDER BY c.id FOR UPDATE OF c`;
}

/** Moves locked conversations of contacts and their events to another contact. */
export async function moveConversations(
  { tx, workspaceId, now, raises }: SystemWork,
  ids: string[],
  from: string[],
  to: string,
): Promise<void> {
  raises(ids);
  await tx.$executeRaw`
    UPDATE "Conversation" SET "contactId" = ${to}::uuid, version = version + 1, ${nextRevision},
      "updatedAt" = greatest("updatedAt", ${now})
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${ids}::uuid[]) AND "contactId" = ANY(${from}::uuid[])`;
  await tx.$executeRaw`
    UPDATE "Event" SET "contactId" = ${to}::uuid
    WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ANY(${ids}::uuid[])
      AND "contactId" = ANY(${from}::uuid[])`;
}

/** A participation in a conversation. */
export type Participation = { id: string; conversationId: string };

/**
 * Moves the participations and read positions of contacts to another contact. If several of the contacts take part in a
 * conversation, the earliest participation and the furthest read position are kept. Returns the participations that ended
 * because two contacts of a conversation became one, and those that moved.
 */
export async function moveParticipants(
  { tx, workspaceId, now }: SystemWork,
  conversationIds: string[],
  from: string[],
  to: string,
): Promise<{ ended: Participation[]; moved: Participation[] }> {
  const inThese = Prisma.sql`"workspaceId" = ${workspaceId}::uuid AND "conversationId" = ANY(${conversationIds}::uuid[])`;
  const ended = await tx.$queryRaw<Participation[]>`
    UPDATE "Participant" p SET "leftAt" = ${now}
    FROM (
      SELECT id, row_number() OVER (PARTITION BY "conversationId" ORDER BY "joinedAt", id) AS rank
      FROM "Participant" WHERE ${inThese} AND "actorId" = ANY(${[to, ...from]}::uuid[]) AND "leftAt" IS NULL
    ) present
    WHERE p."workspaceId" = ${workspaceId}::uuid AND p.id = present.id AND present.rank > 1
    RETURNING p.id, p."conversationId"`;
  const moved = await tx.$queryRaw<Participation[]>`
    UPDATE "Participant" SET "actorId" = ${to}::uuid WHERE ${inThese} AND "actorId" = ANY(${from}::uuid[])
    RETURNING id, "conversationId"`;
  await tx.$executeRaw`
    WITH moved AS (
      DELETE FROM "ReadPosition" WHERE ${inThese} AND "actorId" = ANY(${from}::uuid[])
      RETURNING "conversationId", seq, "inboundCount", "deletedInbound", "deletedOutbound", "readAt"
    )
    INSERT INTO "ReadPosition" ("workspaceId", "conversationId", "actorId", seq, "inboundCount", "deletedInbound",
      "deletedOutbound", "readAt")
    SELECT DISTINCT ON ("conversationId") ${workspaceId}::uuid, "conversationId", ${to}::uuid, seq, "inboundCount",
      "deletedInbound", "deletedOutbound", "readAt"
    FROM moved ORDER BY "conversationId", seq DESC, "readAt"
    ON CONFLICT ("workspaceId", "conversationId", "actorId") DO UPDATE
      SET seq = excluded.seq, "inboundCount" = excluded."inboundCount", "deletedInbound" = excluded."deletedInbound",
        "deletedOutbound" = excluded."deletedOutbound", "readAt" = excluded."readAt"
      WHERE "ReadPosition".seq < excluded.seq`;
  return { ended, moved };
}

/**
 * Clears merged contacts, which frees their phone numbers, email addresses and externalIds, and points their ids, and
 * those of contacts merged into them earlier, to the survivor.
 */
export async function redirectToSurvivor(
  { tx, workspaceId, now }: Work,
  ids: string[],
  survivorId: string,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Contact" SET "mergedIntoId" = ${survivorId}::uuid, "updatedAt" = ${now}
    WHERE "workspaceId" = ${workspaceId}::uuid AND "mergedIntoId" = ANY(${ids}::uuid[])`;
  await tx.$executeRaw`
    UPDATE "Contact" SET "mergedIntoId" = ${survivorId}::uuid, "deletedAt" = ${now}, "updatedAt" = ${now},
      name = 'Merged contact', "nameIsPlaceholder" = false, phone = NULL, email = NULL, "externalId" = NULL, "avatarUrl" = NULL, tags = '{}',
      metadata = '{}'
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${ids}::uuid[])`;
}
