import type { Work } from '../db/transaction.js';
import { NotFoundError } from '../errors.js';
import { type ActorRef, actorId } from './actor.js';

const nouns: Record<ActorRef['type'], string> = { USER: 'user', BOT: 'bot', CONTACT: 'contact', API_KEY: 'API key' };

/** Throws NotFoundError that names the first of these actors whom the workspace does not have. */
export async function requireActors({ tx, workspaceId }: Work, actors: readonly ActorRef[]): Promise<void> {
  if (actors.length === 0) return;
  const found = await tx.$queryRaw<ActorRef[]>`
    SELECT a.type, a.id FROM "Actor" a
    LEFT JOIN "Contact" c ON c."workspaceId" = a."workspaceId" AND c.id = a.id
    WHERE a."workspaceId" = ${workspaceId}::uuid AND a.id = ANY(${actors.map(({ id }) => id)}::uuid[])
      AND c."deletedAt" IS NULL`;
  const missing = actors.find(({ type, id }) => !found.some((row) => row.type === type && row.id === id));
  if (missing) throw new NotFoundError(nouns[missing.type], actorId(missing));
}
