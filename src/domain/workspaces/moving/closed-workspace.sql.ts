import type { ClientBase } from 'pg';

/** Why a workspace is not served, and for an import, how far it has come. */
export type Closed =
  | { reason: 'IMPORTING'; checksum: string; readBytes: number }
  | { reason: 'DELETING'; checksum: null; readBytes: null };

/** Any number: the lock of a workspace is this and a hash of its id. */
const LOCK = 72_707_371;

/** Waits until no other command moves or deletes this workspace; until the connection ends, none does. */
export async function lockToMove(client: ClientBase, workspaceId: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCK, workspaceId]);
}

/** Why a workspace is closed; null if it is not. */
export async function readClosed(client: ClientBase, workspaceId: string): Promise<Closed | null> {
  const { rows } = await client.query<Closed>(
    'SELECT reason, checksum, "readBytes"::float8 AS "readBytes" FROM "ClosedWorkspace" WHERE "workspaceId" = $1',
    [workspaceId],
  );
  return rows[0] ?? null;
}

/** Runs work in a transaction. */
export async function inTransaction(client: ClientBase, work: () => Promise<void>): Promise<void> {
  await client.query('BEGIN');
  try {
    await work();
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
