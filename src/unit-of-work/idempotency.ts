import { createHash } from 'node:crypto';
import { callerId } from '../auth/viewer.js';
import type { SqlClient } from '../db/client.js';
import { idempotencyConflict } from '../lib/errors.js';
import { optional } from '../lib/input.js';
import { text } from '../lib/rules.js';
import type { Work } from './transaction.js';

/** The field of every mutation that creates something. */
export const idempotencyField = {
  idempotencyKey: optional(
    text(255),
    'Repeating the request with the same key and input within 24 hours returns the first result.',
  ),
};

/** How long a claim is valid. */
export const KEPT_MS = 24 * 60 * 60 * 1000;

/** A request with its idempotency key; undefined if the caller sent none. */
export type IdempotentRequest = {
  key: string | undefined;
  mutation: string;
  input: unknown;
  /** How long the claim is valid. Default: 24 hours. */
  keptMs?: number;
  /** The error for a key that was used for something else. Default: IDEMPOTENCY_CONFLICT. */
  conflict?: () => Error;
};

/** Begins the key of a claim on an id that a client made. Keys that clients choose are trimmed, and so never begin with it. */
export const CLIENT_ID_MARK = ' ';

/** What an idempotent action does for the first request, and for repeated ones. */
export type Effect<T, Ids> = {
  /** Does the work, and returns its result together with ids by which the result can be found again. */
  run: () => Promise<{ result: T; ids: Ids }>;
  /** Finds the result of the first request. */
  resume: (ids: Ids) => Promise<T>;
};

/** Serializes a value in the same way whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !(inner instanceof Date)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

type Claim<Ids> = { mutation: string; inputHash: Uint8Array; result: Ids | null };

/**
 * Runs an action at most once per workspace, caller and key within 24 hours; a repeated request gets the first result.
 * The claim is the first write of the action's transaction: equal requests wait for each other, and a failure also
 * rolls back the claim. Throws IDEMPOTENCY_CONFLICT if the key was used with another input or mutation.
 */
export async function idempotent<T, Ids extends Record<string, unknown>>(
  work: Work,
  { key, mutation, input, keptMs = KEPT_MS, conflict }: IdempotentRequest,
  { run, resume }: Effect<T, Ids>,
): Promise<T> {
  if (key === undefined) return (await run()).result;
  const { tx, later, workspaceId, viewer, now } = work;
  const caller = callerId(viewer);
  const inputHash = new Uint8Array(createHash('sha256').update(canonical(input)).digest());
  const expired = new Date(now.getTime() - keptMs);
  const claimed = await tx.$executeRaw`
    INSERT INTO "IdempotencyClaim" ("workspaceId", "callerId", key, mutation, "inputHash", "createdAt")
    VALUES (${workspaceId}::uuid, ${caller}::uuid, ${key}, ${mutation}, ${inputHash}, ${now})
    ON CONFLICT ("workspaceId", "callerId", key) DO UPDATE
      SET mutation = excluded.mutation, "inputHash" = excluded."inputHash", result = NULL, "createdAt" = excluded."createdAt"
      WHERE "IdempotencyClaim"."createdAt" <= ${expired}`;
  if (claimed === 0) {
    const [claim] = await tx.$queryRaw<Claim<Ids>[]>`
      SELECT mutation, "inputHash", result FROM "IdempotencyClaim"
      WHERE "workspaceId" = ${workspaceId}::uuid AND "callerId" = ${caller}::uuid AND key = ${key}`;
    const same = claim?.mutation === mutation && Buffer.compare(claim.inputHash, inputHash) === 0;
    if (!claim?.result || !same) throw conflict?.() ?? idempotencyConflict(key);
    return resume(claim.result);
  }
  const { result, ids } = await run();
  later`
    UPDATE "IdempotencyClaim" SET result = ${JSON.stringify(ids)}::jsonb
    WHERE "workspaceId" = ${workspaceId}::uuid AND "callerId" = ${caller}::uuid AND key = ${key}`;
  return result;
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
