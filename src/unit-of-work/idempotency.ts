import { createHash } from 'node:crypto';
import { callerId } from '../auth/viewer.js';
import type { SqlClient } from '../db/client.js';
import type { Read } from '../db/read.js';
import { idempotencyConflict } from '../lib/errors.js';
import { optional } from '../lib/input.js';
import { text } from '../lib/rules.js';
import type { IdempotentRequest } from './call.js';
import type { KeptFailure } from './kept-failure.js';
import type { Work } from './transaction.js';

/** A field of every mutation whose answer contains no secret. */
export const idempotencyField = {
  idempotencyKey: optional(
    text(255),
    'Repeating the request with the same key and input within 30 days, or as the server is configured, returns the first answer.',
  ),
};

/** Begins the key of a claim on an id that a client made. Keys that clients choose are trimmed, and so never begin with it. */
export const CLIENT_ID_MARK = ' ';

/** Serializes a value in the same way whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** What became of the first request with a key. */
type Claim<Kept> = { result: Kept | null; failure: KeptFailure | null; eventId: string | null };

/**
 * Claims a key for a request of the caller: returns null, or what became of the first request if this one repeats it. Must
 * be the first write of its transaction: equal requests wait for each other. A claim that nothing became of is free again:
 * it can only be left by a transaction whose beginning the database has refused. Throws IDEMPOTENCY_CONFLICT if the key was
 * used for something else.
 */
export async function claim<Kept>(
  { tx, workspaceId, viewer, now }: Work,
  { key, mutation, input, keptMs, conflict }: IdempotentRequest,
): Promise<Claim<Kept> | null> {
  const caller = callerId(viewer);
  const inputHash = new Uint8Array(createHash('sha256').update(canonical(input)).digest());
  const expired = new Date(now.getTime() - keptMs);
  const claimed = await tx.$executeRaw`
    INSERT INTO "IdempotencyClaim" ("workspaceId", "callerId", key, mutation, "inputHash", "createdAt")
    VALUES (${workspaceId}::uuid, ${caller}::uuid, ${key}, ${mutation}, ${inputHash}, ${now})
    ON CONFLICT ("workspaceId", "callerId", key) DO UPDATE
      SET mutation = excluded.mutation, "inputHash" = excluded."inputHash", result = NULL, failure = NULL,
        "eventId" = NULL, "createdAt" = excluded."createdAt"
      WHERE "IdempotencyClaim"."createdAt" <= ${expired}
        OR ("IdempotencyClaim".result IS NULL AND "IdempotencyClaim".failure IS NULL)`;
  if (claimed > 0) return null;
  const [first] = await tx.$queryRaw<(Claim<Kept> & { mutation: string; inputHash: Uint8Array })[]>`
    SELECT mutation, "inputHash", result, failure, "eventId" FROM "IdempotencyClaim"
    WHERE "workspaceId" = ${workspaceId}::uuid AND "callerId" = ${caller}::uuid AND key = ${key}`;
  const same = first?.mutation === mutation && Buffer.compare(first.inputHash, inputHash) === 0;
  if (!first || !same) throw conflict?.() ?? idempotencyConflict(key);
  return first;
}

/** Whether something became of a request of the caller with this key that is still kept. */
export async function isClaimed(
  read: Read,
  { viewer, now }: Pick<Work, 'viewer' | 'now'>,
  { key, keptMs }: Pick<IdempotentRequest, 'key' | 'keptMs'>,
): Promise<boolean> {
  const claims = await read<object>`
    SELECT FROM "IdempotencyClaim" WHERE "workspaceId" = ${viewer.workspaceId}::uuid
      AND "callerId" = ${callerId(viewer)}::uuid AND key = ${key} AND "createdAt" > ${new Date(now.getTime() - keptMs)}
      AND (result IS NOT NULL OR failure IS NOT NULL)`;
  return claims.length > 0;
}

/** Stores what has become of a request, for when it is repeated. */
export function settle(
  { later, workspaceId, viewer }: Work,
  { key }: Pick<IdempotentRequest, 'key'>,
  { result, failure, eventId = null }: { result?: object; failure?: KeptFailure; eventId?: string | null },
): void {
  later`
    UPDATE "IdempotencyClaim" SET result = ${result ? JSON.stringify(result) : null}::jsonb,
      failure = ${failure ? JSON.stringify(failure) : null}::jsonb, "eventId" = ${eventId}::uuid
    WHERE "workspaceId" = ${workspaceId}::uuid AND "callerId" = ${callerId(viewer)}::uuid AND key = ${key}`;
}

/** Before when claims on keys are removed, and when those on ids that clients made. */
type Expiry = { keys: Date; clientIds: Date };

/** Removes at most `limit` claims from before a time. Returns how many were removed. */
export async function removeClaims(prisma: SqlClient, { keys, clientIds }: Expiry, limit: number): Promise<number> {
  return prisma.$executeRaw`
    DELETE FROM "IdempotencyClaim" WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM "IdempotencyClaim" WHERE "createdAt" < ${keys}
        AND (left(key, 1) <> ${CLIENT_ID_MARK} OR "createdAt" < ${clientIds})
      ORDER BY "createdAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}
