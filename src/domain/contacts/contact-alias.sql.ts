import { type Contact, type ContactAlias, Prisma } from '../../generated/prisma/client.js';
import { phoneForms } from '../../lib/phone-forms.js';
import type { Work } from '../../unit-of-work/transaction.js';
import type { ContactIdentity } from './contact-identity.js';

type Value = Pick<ContactAlias, 'kind' | 'value'>;

/** What a contact is reached by, as the values of aliases. A phone number stands for all ways to write it. */
function valuesOf({ phone, email, externalId }: ContactIdentity): Value[] {
  return [
    ...(phone ? [{ kind: 'PHONE' as const, value: phoneForms(phone)[0] }] : []),
    ...(email ? [{ kind: 'EMAIL' as const, value: email }] : []),
    ...(externalId ? [{ kind: 'EXTERNAL_ID' as const, value: externalId }] : []),
  ];
}

/** SQL for the ids of the contacts that have one of these values as an alias. */
export function contactsByAlias(workspaceId: string, identity: ContactIdentity): Prisma.Sql {
  const values = valuesOf(identity);
  return Prisma.sql`SELECT a."contactId" FROM "ContactAlias" a
    JOIN unnest(${values.map(({ kind }) => kind)}::"ContactAliasKind"[], ${values.map(({ value }) => value)}::text[])
      AS wanted(kind, value) USING (kind, value)
    WHERE a."workspaceId" = ${workspaceId}::uuid`;
}

/** Makes what contacts were reached by lead to the contact they are merged into, as far as it does not have it itself. */
export async function addAliases(
  { tx, workspaceId, now }: Work,
  merged: readonly Contact[],
  survivor: ContactIdentity & { id: string },
): Promise<void> {
  await tx.contactAlias.updateMany({
    where: { workspaceId, contactId: { in: merged.map(({ id }) => id) } },
    data: { contactId: survivor.id },
  });
  const own = new Set(valuesOf(survivor).map((value) => JSON.stringify(value)));
  const given = merged.flatMap(valuesOf).filter(({ kind, value }) => !own.has(JSON.stringify({ kind, value })));
  await tx.contactAlias.createMany({
    data: given.map((value) => ({ ...value, workspaceId, contactId: survivor.id, createdAt: now })),
    skipDuplicates: true,
  });
}

/** Removes those of a contact's aliases that it has as its own values. */
export async function removeOwnAliases({ tx, workspaceId }: Work, contact: ContactIdentity & { id: string }) {
  const own = valuesOf(contact);
  if (own.length > 0) await tx.contactAlias.deleteMany({ where: { workspaceId, contactId: contact.id, OR: own } });
}

/** Removes an alias of a contact, by any way to write it. Returns whether there was one. */
export async function removeAlias({ tx, workspaceId }: Work, contactId: string, identity: ContactIdentity) {
  const { count } = await tx.contactAlias.deleteMany({ where: { workspaceId, contactId, OR: valuesOf(identity) } });
  return count > 0;
}
