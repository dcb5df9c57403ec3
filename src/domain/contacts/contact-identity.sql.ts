import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { phoneForms } from '../../lib/phone-forms.js';
import type { Work } from '../../unit-of-work/transaction.js';

/** What a contact is identified by. Each value is unique in the workspace; null and undefined both mean none. */
export type ContactIdentity = {
  phone?: string | null | undefined;
  email?: string | null | undefined;
  externalId?: string | null | undefined;
};

/**
 * Locks the phone number and the email address until the transaction ends, so that no other transaction finds or creates
 * a contact by them in the meantime, in whichever of its forms the number is written. Only values that a contact is given need this: a transaction that looks up a value
 * while it is being cleared waits for the lock on the contact's row. For externalId the unique index is enough.
 */
export async function lockIdentity(work: Work, identity: ContactIdentity): Promise<void> {
  await lockIdentities(work, [identity]);
}

/** Does what `lockIdentity` does for several contacts, in sorted order so that transactions cannot deadlock. */
export async function lockIdentities(work: Work, identities: readonly ContactIdentity[]): Promise<void> {
  const values = identities.flatMap(({ phone, email }) => [phone && phoneForms(phone)[0], email]).filter(Boolean);
  for (const value of [...new Set(values)].sort()) await lockKey(work, `contact/${value}`);
}

/** Makes merges of contacts within a workspace wait for each other. Must come before all other locks. */
export async function lockMerges(work: Work): Promise<void> {
  await lockKey(work, 'merging contacts');
}

async function lockKey({ tx, workspaceId }: Work, key: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${workspaceId}/${key}`}, 0))`;
}

const labels = { phone: 'phone number', email: 'email address', externalId: 'externalId' } as const;

/** Throws ConflictError if a contact other than `exceptId` has one of these values. */
export async function assertIdentityFree(
  { tx, workspaceId }: Work,
  identity: ContactIdentity,
  exceptId?: string,
): Promise<void> {
  for (const field of ['phone', 'email', 'externalId'] as const) {
    const value = identity[field];
    if (value == null) continue;
    const values = field === 'phone' ? phoneForms(value) : [value];
    const taken = await tx.contact.findFirst({
      where: { workspaceId, [field]: { in: values }, ...(exceptId ? { id: { not: exceptId } } : {}) },
      select: { id: true },
    });
    if (taken) throw new ConflictError(`Another contact has this ${labels[field]}: ${encodeId('Contact', taken.id)}.`);
  }
}
