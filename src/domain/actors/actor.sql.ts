import { anyIn } from '../../db/any-in.js';
import type { SqlClient } from '../../db/client.js';
import { type ActorRef, type AssigneeRef, actorId } from '../../lib/actor-ref.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';

const nouns: Record<ActorRef['type'], string> = { USER: 'user', BOT: 'bot', CONTACT: 'contact', API_KEY: 'API key' };

/** Inserts the actor that shares its id with a new user, bot, contact or API key. */
export async function insertActor(tx: SqlClient, workspaceId: string, { type, id }: ActorRef): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "Actor" ("workspaceId", id, type) VALUES (${workspaceId}::uuid, ${id}::uuid, ${type}::"ActorType")`;
}

/** An actor of the workspace, and whether it is not deactivated. */
export type FoundActor = ActorRef & { active: boolean };

/** Those of the actors that exist in the workspace. */
export async function findActors(
  { tx, workspaceId }: { tx: SqlClient; workspaceId: string },
  actors: readonly ActorRef[],
): Promise<FoundActor[]> {
  if (actors.length === 0) return [];
  return tx.$queryRaw<FoundActor[]>`
    SELECT a.type, a.id, coalesce(u."deactivatedAt", b."deactivatedAt") IS NULL AS active FROM "Actor" a
    LEFT JOIN "Contact" c ON c."workspaceId" = a."workspaceId" AND c.id = a.id
    LEFT JOIN "User" u ON u."workspaceId" = a."workspaceId" AND u.id = a.id
    LEFT JOIN "Bot" b ON b."workspaceId" = a."workspaceId" AND b.id = a.id
    WHERE a."workspaceId" = ${workspaceId}::uuid AND a.id = ${anyIn(
      actors.map(({ id }) => id),
      'uuid',
    )}
      AND c."deletedAt" IS NULL`;
}

/**
 * For the first actor that was not found, throws NotFoundError, or ConflictError if it is deactivated, unless `active` is
 * false.
 */
export function assertFound(
  found: readonly FoundActor[],
  actors: readonly ActorRef[],
  { active = true }: { active?: boolean } = {},
): void {
  for (const actor of actors) {
    const row = found.find(({ type, id }) => type === actor.type && id === actor.id);
    if (!row) throw new NotFoundError(nouns[actor.type], actorId(actor));
    if (active && !row.active) throw deactivated(actor);
  }
}

/** Checks that actors exist in the workspace, and throws as `assertFound` does. */
export async function requireActors(
  within: { tx: SqlClient; workspaceId: string },
  actors: readonly ActorRef[],
  options: { active?: boolean } = {},
): Promise<void> {
  assertFound(await findActors(within, actors), actors, options);
}

/**
 * Locks a user or bot against being deactivated until the transaction ends, and returns whether it is active. A later
 * deactivation then finds everything that this transaction assigned to it.
 */
export async function lockActorForShare({ tx, workspaceId }: SystemWork, { type, id }: AssigneeRef): Promise<boolean> {
  const [row] =
    type === 'USER'
      ? await tx.$queryRaw<{ active: boolean }[]>`
          SELECT "deactivatedAt" IS NULL AS active FROM "User"
          WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`
      : await tx.$queryRaw<{ active: boolean }[]>`
          SELECT "deactivatedAt" IS NULL AS active FROM "Bot"
          WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`;
  return row?.active ?? false;
}

/** Locks a user or bot against being deactivated until the transaction ends. Throws ConflictError if it already is. */
export async function lockActiveActorForShare(work: Work, actor: AssigneeRef): Promise<void> {
  if (!(await lockActorForShare(work, actor))) throw deactivated(actor);
}

function deactivated(actor: ActorRef): ConflictError {
  return new ConflictError(`${actorId(actor)} is deactivated. Reactivate it first, or choose another one.`);
}
