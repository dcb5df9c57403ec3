import { type Contact, Prisma } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { visibleTo } from '../conversations/visibility.sql.js';
import { STEP } from '../sweeps/sweep.js';
import type { MergedConversation } from './merge-contacts.sql.js';

/** How many events one step changes at most. */
const EVENTS = 5_000;

const columns = Prisma.sql`c.id, c."contactId", c."ownerId", c."channelId", c."clientBotId", c."externalId", c.exclusive,
  c.status, c."lastInteractionAt"`;

/** The conversations that contacts have or take part in, as a condition on the alias `c`. */
function ofContacts(workspaceId: string, contactIds: readonly string[]): Prisma.Sql {
  const ids = Prisma.sql`ANY(${[...contactIds]}::uuid[])`;
  return Prisma.sql`c."workspaceId" = ${workspaceId}::uuid AND c.id IN (
    SELECT id FROM "Conversation" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ${ids}
    UNION
    SELECT "conversationId" FROM "Participant"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "actorId" = ${ids} AND "leftAt" IS NULL)`;
}

/** Locks the contact that an id now refers to against merges and deletion, even if it is deleted. */
export async function lockSurvivor(work: SystemWork, contactId: string): Promise<Survivor> {
  const [row] = await work.tx.$queryRaw<Survivor[]>`
    SELECT id, "mergedIntoId", "deletedAt" FROM "Contact"
    WHERE "workspaceId" = ${work.workspaceId}::uuid AND id = ${contactId}::uuid FOR SHARE`;
  if (!row) throw new NotFoundError('contact', encodeId('Contact', contactId));
  return row.mergedIntoId ? lockSurvivor(work, row.mergedIntoId) : row;
}

type Survivor = Pick<Contact, 'id' | 'mergedIntoId' | 'deletedAt'>;

/** Whether contacts have or take part in more conversations than a step moves. */
export async function needSteps({ tx, workspaceId }: SystemWork, contactIds: readonly string[]): Promise<boolean> {
  const found = await tx.$queryRaw<unknown[]>`
    SELECT FROM "Conversation" c WHERE ${ofContacts(workspaceId, contactIds)} LIMIT ${STEP + 1}`;
  return found.length > STEP;
}

/** Counts the contacts' own conversations that the viewer may see. */
export async function countOwn({ tx, viewer }: Work, contactIds: readonly string[]): Promise<number> {
  const [own] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS count FROM "Conversation" c
    WHERE ${visibleTo(viewer)} AND c."contactId" = ANY(${[...contactIds]}::uuid[])`;
  return own?.count ?? 0;
}

/**
 * Locks those of the contacts' conversations that may be in the way of others after a merge: active ones on channels that
 * allow one, and those with an externalId in a client key.
 */
export async function lockContested(
  { tx, workspaceId }: SystemWork,
  contactIds: readonly string[],
): Promise<MergedConversation[]> {
  return tx.$queryRaw<MergedConversation[]>`
    SELECT ${columns} FROM "Conversation" c
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c."contactId" = ANY(${[...contactIds]}::uuid[])
      AND ((c.exclusive AND c.status <> 'CLOSED') OR (c."clientBotId" IS NOT NULL AND c."externalId" IS NOT NULL))
    ORDER BY c.id FOR UPDATE`;
}

/** Locks the next conversations that contacts have or take part in, active ones first, but not more than a step moves. */
export async function lockSomeOf(
  { tx, workspaceId }: SystemWork,
  contactIds: readonly string[],
): Promise<MergedConversation[]> {
  return tx.$queryRaw<MergedConversation[]>`
    SELECT ${columns} FROM "Conversation" c
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c.id = ANY(ARRAY(
      SELECT c.id FROM "Conversation" c WHERE ${ofContacts(workspaceId, contactIds)}
      ORDER BY c.status = 'CLOSED', c.id LIMIT ${STEP}))
    ORDER BY c.id FOR UPDATE`;
}

/** Moves some of the events that are left with contacts, such as those of deleted conversations; returns whether it may be all. */
export async function moveEvents(
  { tx, workspaceId }: SystemWork,
  from: readonly string[],
  to: string,
): Promise<boolean> {
  const moved = await tx.$executeRaw`
    UPDATE "Event" SET "contactId" = ${to}::uuid
    WHERE "workspaceId" = ${workspaceId}::uuid AND position = ANY(ARRAY(
      SELECT position FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid AND "contactId" = ANY(${[...from]}::uuid[])
      LIMIT ${EVENTS}))`;
  return moved < EVENTS;
}
