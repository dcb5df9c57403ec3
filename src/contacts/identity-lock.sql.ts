import type { Work } from '../db/transaction.js';

/** What a contact is found by; null and left out are the same. */
export type Identity = { phone?: string | null | undefined; email?: string | null | undefined };

/**
 * Locks a phone and an e-mail address of the workspace until the transaction ends, so that nobody else finds or makes a
 * contact by them meanwhile.
 */
export async function lockIdentity(work: Work, identity: Identity): Promise<void> {
  await lockIdentities(work, [identity]);
}

/** The same for those of many contacts at once. */
export async function lockIdentities(work: Work, identities: readonly Identity[]): Promise<void> {
  await lockNames(
    work,
    identities.flatMap(({ phone, email }) => [phone, email]).filter((name) => name != null),
  );
}

/**
 * Locks contacts as such until the transaction ends, so that of several merges of them one waits for the other. It comes
 * before all other locks.
 */
export async function lockForMerge(work: Work, contactIds: readonly string[]): Promise<void> {
  await lockNames(work, contactIds);
}

/** Sorted, so that two transactions never wait for each other. */
async function lockNames({ tx, workspaceId }: Work, names: readonly string[]): Promise<void> {
  for (const name of [...new Set(names)].sort()) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${workspaceId}/contact/${name}`}, 0))`;
  }
}
