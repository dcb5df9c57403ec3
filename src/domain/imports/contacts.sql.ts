import { type Contact, type ContactAlias, Prisma } from '../../generated/prisma/client.js';
import { phoneForms } from '../../lib/phone-forms.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import type { ContactIdentity } from '../contacts/contact-identity.js';

/** Contacts, by what they are identified by, themselves or by an alias. */
export type ContactsByIdentity = {
  byExternalId: (externalId: string) => Contact | undefined;
  /** By the externalId, else the email address, else the phone number in any of its forms. */
  byIdentity: (identity: ContactIdentity) => Contact | undefined;
  /** Adds a contact, or what has become of one. */
  add: (contact: Contact) => void;
  setExternalId: (externalId: string, contactId: string) => void;
};

type Found = Pick<ContactAlias, 'kind' | 'value' | 'contactId'>;

/** Finds and locks the contacts that have any of these values. */
export async function findContacts(
  { tx, workspaceId }: SystemWork,
  identities: readonly ContactIdentity[],
): Promise<ContactsByIdentity> {
  const externalIds = identities.flatMap(({ externalId }) => externalId ?? []);
  const emails = identities.flatMap(({ email }) => email ?? []);
  const phones = identities.flatMap(({ phone }) => (phone ? phoneForms(phone) : []));
  const phoneKeys = identities.flatMap(({ phone }) => (phone ? phoneForms(phone)[0] : []));
  // As joins: PostgreSQL, which knows nothing yet of what was just written, would compare each row with each value.
  const aliasesOf = (kind: ContactAlias['kind'], values: readonly string[]) => Prisma.sql`
    SELECT a.kind, a.value, a."contactId" FROM unnest(${[...new Set(values)]}::text[]) AS given(value)
    JOIN "ContactAlias" a ON a."workspaceId" = ${workspaceId}::uuid AND a.kind = ${kind}::"ContactAliasKind"
      AND a.value = given.value`;
  const idsOf = (column: Prisma.Sql, values: readonly string[]) => Prisma.sql`
    SELECT c.id FROM unnest(${[...new Set(values)]}::text[]) AS given(value)
    JOIN "Contact" c ON c."workspaceId" = ${workspaceId}::uuid AND c.${column} = given.value`;
  const aliases = await tx.$queryRaw<Found[]>`
    ${aliasesOf('EXTERNAL_ID', externalIds)} UNION ALL ${aliasesOf('EMAIL', emails)} UNION ALL ${aliasesOf('PHONE', phoneKeys)}`;
  const contacts = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "deletedAt" IS NULL AND id = ANY(ARRAY(
      ${idsOf(Prisma.sql`"externalId"`, externalIds)} UNION ${idsOf(Prisma.sql`email`, emails)}
      UNION ${idsOf(Prisma.sql`phone`, phones)}
      UNION SELECT unnest(${aliases.map(({ contactId }) => contactId)}::uuid[])))
    ORDER BY id FOR UPDATE`;
  return byIdentityOf(contacts, aliases);
}

function byIdentityOf(contacts: readonly Contact[], aliases: readonly Found[]): ContactsByIdentity {
  const byId = new Map<string, Contact>();
  const ids = {
    externalId: new Map<string, string>(),
    email: new Map<string, string>(),
    phone: new Map<string, string>(),
  };
  const add = (contact: Contact) => {
    byId.set(contact.id, contact);
    const { id, externalId, email, phone } = contact;
    if (externalId) ids.externalId.set(externalId, id);
    if (email) ids.email.set(email, id);
    if (phone) ids.phone.set(phoneForms(phone)[0], id);
  };
  const maps = { EXTERNAL_ID: ids.externalId, EMAIL: ids.email, PHONE: ids.phone };
  for (const { kind, value, contactId } of aliases) maps[kind].set(value, contactId);
  // A value of its own counts before an alias.
  for (const contact of contacts) add(contact);
  const get = (id: string | undefined) => (id === undefined ? undefined : byId.get(id));
  return {
    byExternalId: (externalId) => get(ids.externalId.get(externalId)),
    byIdentity: ({ externalId, email, phone }) =>
      get(externalId ? ids.externalId.get(externalId) : undefined) ??
      get(email ? ids.email.get(email) : undefined) ??
      get(phone ? ids.phone.get(phoneForms(phone)[0]) : undefined),
    add,
    setExternalId: (externalId, contactId) => ids.externalId.set(externalId, contactId),
  };
}

/** Writes what has become of contacts. */
export async function updateContacts({ tx, workspaceId }: SystemWork, rows: readonly Contact[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.$executeRaw`
    UPDATE "Contact" c SET name = r.name, "nameIsPlaceholder" = r."nameIsPlaceholder", phone = r.phone, email = r.email,
      "avatarUrl" = r."avatarUrl", "externalId" = r."externalId", metadata = r.metadata, "updatedAt" = r."updatedAt"
    FROM json_populate_recordset(NULL::"Contact", ${JSON.stringify(rows)}::json) r
    WHERE c."workspaceId" = ${workspaceId}::uuid AND c.id = r.id`;
}
