import { Prisma } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { phoneForms } from '../../lib/phone-forms.js';
import type { SystemWork, Work } from '../../unit-of-work/transaction.js';
import { contactsByAlias } from './contact-alias.sql.js';
import type { ContactIdentity } from './contact-identity.js';

/**
 * Locks the phone number and the email address until the transaction ends, so that no other transaction finds or creates
 * a contact by them in the meantime, in whichever of its forms the number is written. Only values that a contact is given
 * need this: a transaction that looks up a value while it is being cleared waits for the lock on the contact's row. An
 * externalId is locked too, because it may be an alias, which the unique index does not know.
 */
export async function lockIdentity(work: Work, identity: ContactIdentity): Promise<void> {
  await lockIdentities(work, [identity]);
}

/** Does what `lockIdentity` does for several contacts, in sorted order so that transactions cannot deadlock. */
export async function lockIdentities(
  { tx, workspaceId }: Pick<SystemWork, 'tx' | 'workspaceId'>,
  identities: readonly ContactIdentity[],
): Promise<void> {
  const keys = identities.flatMap(({ phone, email, externalId }) => [
    ...(phone ? [`contact/${phoneForms(phone)[0]}`] : []),
    ...(email ? [`contact/${email}`] : []),
    ...(externalId ? [`contact's externalId/${externalId}`] : []),
  ]);
  const sorted = [...new Set(keys)].sort().map((key) => `${workspaceId}/${key}`);
  // A function is called for the members of an array in their order.
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(${sorted}::text[]) AS key`;
}

/** Makes merges of contacts within a workspace wait for each other. Must come before all other locks. */
export async function lockMerges(work: Work): Promise<void> {
  await lockKey(work, 'merging contacts');
}

async function lockKey({ tx, workspaceId }: Work, key: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`${workspaceId}/${key}`}, 0))`;
}

const labels = { phone: 'phone number', email: 'email address', externalId: 'externalId' } as const;

/** Throws ConflictError if a contact other than `exceptId` has one of these values, or is found by it since a merge. */
export async function assertIdentityFree(
  { tx, workspaceId }: Work,
  identity: ContactIdentity,
  exceptId?: string,
): Promise<void> {
  for (const field of ['phone', 'email', 'externalId'] as const) {
    const value = identity[field];
    if (value == null) continue;
    const values = field === 'phone' ? phoneForms(value) : [value];
    const [taken] = await tx.$queryRaw<{ id: string }[]>`
      SELECT id FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id IS DISTINCT FROM ${exceptId ?? null}::uuid
        AND (${Prisma.raw(`"${field}"`)} = ANY(${values}) OR id IN (${contactsByAlias(workspaceId, { [field]: value })})) LIMIT 1`;
    if (taken) throw new ConflictError(`Another contact has this ${labels[field]}: ${encodeId('Contact', taken.id)}.`);
  }
}
