import type { ClientBase } from 'pg';
import { decodeId } from '../../../lib/ids.js';
import { StartError } from '../../../lib/program.js';

export type FoundWorkspace = { id: string; slug: string; name: string };

/**
 * The workspace with this slug or public id.
 * @throws {StartError} if there is none
 */
export async function findWorkspace(client: ClientBase, named: string): Promise<FoundWorkspace> {
  const id = decodeId('Workspace', named);
  const { rows } = await client.query<FoundWorkspace>(
    `SELECT id, slug, name FROM "Workspace" WHERE ${id ? 'id = $1::uuid' : 'slug = $1'}`,
    [id ?? named],
  );
  const [found] = rows;
  if (!found) throw new StartError(`There is no workspace with the slug or id ${JSON.stringify(named)}.`);
  return found;
}

/** The last migration of the database. */
export async function lastMigration(client: ClientBase): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT max(migration_name) AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  );
  return rows[0]?.name ?? '';
}
