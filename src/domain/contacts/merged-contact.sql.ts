import { anyIn } from '../../db/any-in.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockContact } from './contact.sql.js';

/** SQL for the current id of a contact: the contact it was merged into, otherwise its own; null if there is none. */
export function currentContact(workspaceId: string, id: string): Prisma.Sql {
  return Prisma.sql`(SELECT coalesce("mergedIntoId", id) FROM "Contact"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid)`;
}

/** Maps each contact's id to the contact it was merged into. Other ids, including unknown ones, stay as they are. */
export async function resolveContacts({ tx, workspaceId }: Work, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string; mergedIntoId: string }[]>`
    SELECT id, "mergedIntoId" FROM "Contact"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')} AND "mergedIntoId" IS NOT NULL`;
  const survivors = new Map(rows.map(({ id, mergedIntoId }) => [id, mergedIntoId]));
  return ids.map((id) => survivors.get(id) ?? id);
}

/** Maps a contact's id to the contact it was merged into. Any other id, even an unknown one, stays as it is. */
export async function resolveContact(work: Work, id: string): Promise<string> {
  const [current = id] = await resolveContacts(work, [id]);
  return current;
}

/** Maps an actor to the contact it was merged into. Actors that are not merged contacts stay as they are. */
export async function resolveActor<Ref extends ActorRef>(work: Work, actor: Ref): Promise<Ref> {
  return actor.type === 'CONTACT' ? { ...actor, id: await resolveContact(work, actor.id) } : actor;
}

/**
 * Maps actors to the contacts they were merged into, and locks the contacts so that they are not merged or deleted until
 * the transaction ends. Throws NotFoundError if a contact does not exist.
 */
export async function lockActorsForShare<Ref extends ActorRef>(work: Work, actors: readonly Ref[]): Promise<Ref[]> {
  const locked: Ref[] = [];
  for (const actor of actors) {
    locked.push(actor.type === 'CONTACT' ? { ...actor, id: (await lockContact(work, actor.id, 'share')).id } : actor);
  }
  return locked;
}
