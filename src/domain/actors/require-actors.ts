import type { SqlClient } from '../../db/client.js';
import { type ActorRef, actorId } from '../../lib/actor-ref.js';
import { NotFoundError } from '../../lib/errors.js';
import { deactivated } from './share-lock-actor.sql.js';

const nouns: Record<ActorRef['type'], string> = { USER: 'user', BOT: 'bot', CONTACT: 'contact', API_KEY: 'API key' };

type Asked = { tx: SqlClient; workspaceId: string };

/**
 * Throws NotFoundError that names the first of these actors whom the workspace does not have, or ConflictError that names
 * the first who is deactivated, unless they need not be active.
 */
export async function requireActors(
  { tx, workspaceId }: Asked,
  actors: readonly ActorRef[],
  { active = true }: { active?: boolean } = {},
): Promise<void> {
  if (actors.length === 0) return;
  const found = await tx.$queryRaw<(ActorRef & { active: boolean })[]>`
    SELECT a.type, a.id, coalesce(u."deactivatedAt", b."deactivatedAt") IS NULL AS active FROM "Actor" a
    LEFT JOIN "Contact" c ON c."workspaceId" = a."workspaceId" AND c.id = a.id
    LEFT JOIN "User" u ON u."workspaceId" = a."workspaceId" AND u.id = a.id
    LEFT JOIN "Bot" b ON b."workspaceId" = a."workspaceId" AND b.id = a.id
    WHERE a."workspaceId" = ${workspaceId}::uuid AND a.id = ANY(${actors.map(({ id }) => id)}::uuid[])
      AND c."deletedAt" IS NULL`;
  for (const actor of actors) {
    const row = found.find(({ type, id }) => type === actor.type && id === actor.id);
    if (!row) throw new NotFoundError(nouns[actor.type], actorId(actor));
    if (active && !row.active) throw deactivated(actor);
  }
}
