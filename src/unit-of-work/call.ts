import type { AuditAction } from '../audit/audit-entry.js';
import type { LogPosition } from '../event-log/log-event.js';

/** A request that is not to be done twice. */
export type IdempotentRequest = {
  key: string;
  mutation: string;
  input: unknown;
  /** How long the claim is valid, in milliseconds. */
  keptMs: number;
  /** The error for a key that was used for something else. Default: IDEMPOTENCY_CONFLICT. */
  conflict?: () => Error;
};

/** One call of a mutation, and what its transactions report of it. */
export type Call = {
  /** What makes it safe to repeat; null without an idempotency key. */
  request: IdempotentRequest | null;
  /** What it has to leave in the audit log. */
  audits: readonly AuditAction[];
  /** Whether it has left that, or has changed nothing. */
  audited: boolean;
  /** Whether a transaction has used the key. */
  claimed: boolean;
  /** The last event that the call has caused; null as long as it has caused none. */
  lastEvent: LogPosition | null;
  /** If it repeats an earlier call, the id of the last event of that one, if it caused any. */
  firstEventId: string | null;
};

/** A call that has not done anything yet. */
export function newCall(request: IdempotentRequest | null, audits: readonly AuditAction[] = []): Call {
  return { request, audits, audited: audits.length === 0, claimed: false, lastEvent: null, firstEventId: null };
}
