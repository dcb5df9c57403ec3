import { Prisma } from '../../generated/prisma/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockContact } from './contact.sql.js';

/** The contact that an id means now, as an expression: the one that it was merged into, else itself; null for none. */
export function currentContact(workspaceId: string, id: string): Prisma.Sql {
  return Prisma.sql`(SELECT coalesce("mergedIntoId", id) FROM "Contact"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid)`;
}

/** The contacts that these ids mean now, in their order; an unknown id stays as it is. */
export async function resolveContacts({ tx, workspaceId }: Work, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string; mergedIntoId: string }[]>`
    SELECT id, "mergedIntoId" FROM "Contact"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ANY(${[...ids]}::uuid[]) AND "mergedIntoId" IS NOT NULL`;
  const survivors = new Map(rows.map(({ id, mergedIntoId }) => [id, mergedIntoId]));
  return ids.map((id) => survivors.get(id) ?? id);
}

/** The contact that an id means now; an unknown id stays as it is. */
export async function resolveContact(work: Work, id: string): Promise<string> {
  const [current = id] = await resolveContacts(work, [id]);
  return current;
}

/** The same of an actor; whoever is no contact is meant themselves. */
export async function resolveActor<Ref extends ActorRef>(work: Work, actor: Ref): Promise<Ref> {
  return actor.type === 'CONTACT' ? { ...actor, id: await resolveContact(work, actor.id) } : actor;
}

/** The same; contacts are kept from being merged or deleted until the transaction ends. NotFoundError for no contact. */
export async function holdActors<Ref extends ActorRef>(work: Work, actors: readonly Ref[]): Promise<Ref[]> {
  const held: Ref[] = [];
  for (const actor of actors) {
    held.push(actor.type === 'CONTACT' ? { ...actor, id: (await lockContact(work, actor.id, 'share')).id } : actor);
  }
  return held;
}
