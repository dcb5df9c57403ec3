import type { Work } from '../../unit-of-work/transaction.js';

/** What a contact is found by; null and left out are the same. */
export type Identity = { phone?: string | null | undefined; email?: string | null | undefined };

/**
 * Locks a phone and an e-mail address of the workspace until the transaction ends, so that nobody else finds or makes a
 * contact by them meanwhile.
 */
export async function lockIdentity(work: Work, identity: Identity): Promise<void> {
  await lockIdentities(work, [identity]);
}

/** The same for those of many contacts at once. Sorted, so that two transactions never wait for each other. */
export async function lockIdentities(work: Work, identities: readonly Identity[]): Promise<void> {
  const names = identities.flatMap(({ phone, email }) => [phone, email]).filter((name) => name != null);
  for (const name of [...new Set(names)].sort()) await lockName(work, `contact/${name}`);
}

/** Lets one merge of the workspace's contacts wait for the other; it comes before all other locks. */
export async function lockMerging(work: Work): Promise<void> {
  await lockName(work, 'merging contacts');
}

async function lockName({ tx, workspaceId }: Work, name: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${workspaceId}/${name}`}, 0))`;
}
