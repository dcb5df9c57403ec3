import type { ClientBase } from 'pg';
import { WITHOUT_WAITING } from './rows.sql.js';

/** Why a workspace is not served, and for an import, how far it has come. */
export type Closed =
  | { reason: 'IMPORTING'; checksum: string; readBytes: number }
  | { reason: 'DELETING'; checksum: null; readBytes: null };

/** Any numbers: the locks of a workspace are these and a hash of its id. */
const LOCK = 72_707_371;
const WRITERS_LOCK = 72_707_372;

/** Waits until no other command moves or deletes this workspace; until the connection ends, none does. */
export async function lockToMove(client: ClientBase, workspaceId: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCK, workspaceId]);
  // PostgreSQL may still be at what a command has sent that is gone.
  await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [WRITERS_LOCK, workspaceId]);
  await client.query('SELECT pg_advisory_unlock($1, hashtext($2))', [WRITERS_LOCK, workspaceId]);
}

/** Has others who move this workspace wait for what the connection writes, until it ends. */
export async function lockToWrite(client: ClientBase, workspaceId: string): Promise<void> {
  await client.query('SELECT pg_advisory_lock_shared($1, hashtext($2))', [WRITERS_LOCK, workspaceId]);
}

/** Why a workspace is closed; null if it is not. */
export async function readClosed(client: ClientBase, workspaceId: string): Promise<Closed | null> {
  const { rows } = await client.query<Closed>(
    'SELECT reason, checksum, "readBytes"::float8 AS "readBytes" FROM "ClosedWorkspace" WHERE "workspaceId" = $1',
    [workspaceId],
  );
  return rows[0] ?? null;
}

/** Records up to where the file is written. */
export async function recordRead(client: ClientBase, workspaceId: string, readBytes: number): Promise<void> {
  await client.query(
    `${WITHOUT_WAITING} UPDATE "ClosedWorkspace" SET "readBytes" = $2 FROM without_waiting WHERE "workspaceId" = $1`,
    [workspaceId, readBytes],
  );
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
