import type { Work } from '../db/transaction.js';

export type Identity = { phone?: string | undefined; email?: string | undefined };

/**
 * Locks a phone and an e-mail address of the workspace until the transaction ends, so that nobody else finds or makes a
 * contact by them meanwhile. Sorted, so that two transactions never wait for each other.
 */
export async function lockIdentity({ tx, workspaceId }: Work, { phone, email }: Identity): Promise<void> {
  const names = [phone, email].filter((name) => name !== undefined).map((name) => `${workspaceId}/contact/${name}`);
  for (const name of names.sort()) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`;
  }
}
