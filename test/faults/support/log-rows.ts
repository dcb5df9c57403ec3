import pg from 'pg';
import { openDatabase } from '../../../src/db/client.js';
import { createWorkspace } from '../../../src/domain/workspaces/create-workspace.js';
import { encodeId } from '../../../src/lib/ids.js';
import { uuidOf } from '../../support/ids.js';

export type Workspace = { id: string; apiKey: string };

/** A workspace on a migrated database, behind the servers' backs. */
export async function newWorkspace(databaseUrl: string): Promise<Workspace> {
  const database = openDatabase({ url: databaseUrl, poolSize: 1 });
  try {
    const { workspaceId, apiKey } = await createWorkspace(database.prisma, { name: 'Faults' });
    return { id: workspaceId, apiKey };
  } finally {
    await database.close();
  }
}

/** One connection of a test's own, for what it does behind the servers' backs. */
export async function withSql<T>(databaseUrl: string, use: (sql: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // A server that is killed breaks it; whatever it is used for next fails then.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The ids of a workspace's events as the log holds them. */
export async function loggedIds(databaseUrl: string, workspace: Workspace): Promise<string[]> {
  return withSql(databaseUrl, async (sql) => {
    const text = 'SELECT id FROM "Event" WHERE "workspaceId" = $1 AND "nodeId" IS NULL ORDER BY position';
    const { rows } = await sql.query<{ id: string }>(text, [uuidOf(workspace.id)]);
    return rows.map(({ id }) => encodeId('Event', id));
  });
}
