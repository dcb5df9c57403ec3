import { Prisma } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** How many bytes the uploads of a contact, and those of a workspace, may take in the store; 0 for no limit. */
export type StoredBytesLimits = { contact: number; workspace: number };

/** What an upload takes more in the store than before, and who made it; null if that is not known. */
export type StoredChange = { callerId: string | null; bytes: number };

type Stored = { ownerId: string; bytes: number };

/**
 * Counts what uploads take in the store, for their callers and the workspace. The counts stay locked until the end of the
 * transaction, so that they are exact: call it as late as possible. Returns the new counts.
 */
export async function addStoredBytes(
  { tx, workspaceId }: Pick<Work, 'tx' | 'workspaceId'>,
  changes: readonly StoredChange[],
): Promise<Stored[]> {
  const changed = changes.filter(({ bytes }) => bytes !== 0);
  if (changed.length === 0) return [];
  const callers = changed.map(({ callerId }) => callerId);
  return tx.$queryRaw<Stored[]>`
    WITH change AS (
      SELECT ${workspaceId}::uuid AS "workspaceId", * FROM unnest(
        ${callers}::uuid[], ${changed.map(({ bytes }) => bytes)}::int[]) AS c("callerId", bytes)
    )
    ${countChanges} RETURNING "ownerId", bytes::float8 AS bytes`;
}

/** Adds the rows of `change`, in the order of their owners, so that transactions do not wait for each other in a circle. */
export const countChanges = Prisma.sql`
  INSERT INTO "StoredBytes" AS stored ("workspaceId", "ownerId", bytes)
  SELECT change."workspaceId", owner.id, sum(change.bytes)
  FROM change CROSS JOIN LATERAL (VALUES (change."workspaceId"), (change."callerId")) AS owner(id)
  WHERE owner.id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT ("workspaceId", "ownerId") DO UPDATE SET bytes = stored.bytes + excluded.bytes`;

/** Reserves room for an upload. Throws ConflictError if the caller, as a contact, or the workspace has no more. */
export async function reserveBytes(
  work: Work,
  { callerId, bytes }: StoredChange,
  limits: StoredBytesLimits,
): Promise<void> {
  const stored = await addStoredBytes(work, [{ callerId, bytes }]);
  const exceeds = (ownerId: string | null, limit: number) =>
    limit > 0 && stored.some((count) => count.ownerId === ownerId && count.bytes > limit);
  if (work.viewer.kind === 'CONTACT' && exceeds(callerId, limits.contact)) {
    throw new ConflictError(
      `Your files may take ${limits.contact} bytes, and this one would be too much. Delete messages with attachments, or declare the sizeBytes of files before you upload them.`,
    );
  }
  if (exceeds(work.workspaceId, limits.workspace)) {
    throw new ConflictError(
      `The files of this workspace may take ${limits.workspace} bytes, and this one would be too much. Delete messages with attachments, or ask the operator for more.`,
    );
  }
}
