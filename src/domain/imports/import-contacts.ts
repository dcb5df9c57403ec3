import type { Contact } from '../../generated/prisma/client.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { lockIdentities } from '../contacts/contact-identity.sql.js';
import { givenName, nameAfter, placeholderFor } from '../contacts/contact-name.js';
import { type ContactsByIdentity, findContacts, updateContacts } from './contacts.sql.js';
import { insertActors } from './import-team.js';
import { insertRows } from './insert-rows.sql.js';
import { externalIdOf, type ImportedContact, type SourceName } from './source.js';
import { isUntouched, sameJson, withImported } from './untouched.js';

/** What became of contacts: their ids by key, and how many are new or were changed. */
export type ImportedContacts = { ids: Map<string, string>; created: number; changed: number };

type Alias = { workspaceId: string; kind: 'EXTERNAL_ID'; value: string; contactId: string; createdAt: Date };

/**
 * Finds contacts by the id that the product has for them, their own externalId, email address or phone number, in this
 * order, and creates those that there are not. With `update`, those that came from the product and were not changed in
 * Parley become what they are there now; of all others only what is empty is filled in.
 */
export async function importContacts(
  work: SystemWork,
  source: SourceName,
  given: readonly ImportedContact[],
  { update }: { update: boolean },
): Promise<ImportedContacts> {
  const { tx, workspaceId, now } = work;
  const wanted = [...new Map([...given].reverse().map((contact) => [contact.key, contact])).values()].reverse();
  const ownId = ({ key }: ImportedContact) => externalIdOf(source, 'contact', key);
  const identities = wanted.flatMap((contact) => [contact, { externalId: ownId(contact) }]);
  await lockIdentities(work, identities);
  const known = await findContacts(work, identities);
  const ids = new Map<string, string>();
  const created = new Map<string, Contact>();
  const changed = new Map<string, Contact>();
  const aliases: Alias[] = [];

  function addAlias(contact: ImportedContact, contactId: string): void {
    aliases.push({ workspaceId, kind: 'EXTERNAL_ID', value: ownId(contact), contactId, createdAt: now });
    known.setExternalId(ownId(contact), contactId);
  }

  for (const contact of wanted) {
    const byKey = known.byExternalId(ownId(contact));
    const found = byKey ?? known.byIdentity(contact);
    if (!found) {
      const row = newRow(work, source, contact, ownId(contact));
      created.set(row.id, row);
      known.add(row);
      if (contact.externalId) addAlias(contact, row.id);
      ids.set(contact.key, row.id);
      continue;
    }
    ids.set(contact.key, found.id);
    if (!byKey) addAlias(contact, found.id);
    if (!update) continue;
    const row = merged(source, found, contact, { known, ownId: ownId(contact) });
    if (!row) continue;
    if (found.externalId === ownId(contact) && row.externalId !== found.externalId) addAlias(contact, found.id);
    known.add(row);
    const isNew = created.has(row.id);
    (isNew ? created : changed).set(row.id, isNew ? row : { ...row, updatedAt: now });
  }
  await insertActors(work, 'CONTACT', [...created.values()]);
  await insertRows(tx, 'Contact', [...created.values()]);
  await insertRows(tx, 'ContactAlias', aliases);
  await updateContacts(work, [...changed.values()]);
  for (const id of created.keys()) work.recordChange(id, { type: 'contact.created', payload: {} });
  for (const id of changed.keys()) work.recordChange(id, { type: 'contact.updated', payload: {} });
  return { ids, created: created.size, changed: changed.size };
}

function newRow(
  { workspaceId, now, newId }: SystemWork,
  source: SourceName,
  contact: ImportedContact,
  ownId: string,
): Contact {
  const { email, phone, avatarUrl, createdAt, updatedAt } = contact;
  const externalId = contact.externalId ?? ownId;
  const named = givenName(contact.name ?? undefined) ?? placeholderFor({ phone, email, externalId });
  const values = { ...named, phone, email, avatarUrl };
  return {
    ...{ workspaceId, id: newId(), ...values, externalId, tags: [] },
    metadata: withImported({}, source, contact.metadata, fingerprinted(values)),
    ...{ deletedAt: null, mergedIntoId: null },
    createdAt: createdAt ?? updatedAt ?? now,
    updatedAt: updatedAt ?? createdAt ?? now,
  };
}

type Values = Pick<Contact, 'name' | 'phone' | 'email' | 'avatarUrl'>;

const fingerprinted = ({ name, phone, email, avatarUrl }: Values) => [name, phone, email, avatarUrl];

/** A contact with what the product says of it; null if that changes nothing. */
function merged(
  source: SourceName,
  present: Contact,
  given: ImportedContact,
  { known, ownId }: { known: ContactsByIdentity; ownId: string },
): Contact | null {
  const untouched = isUntouched(present.metadata, source, fingerprinted(present));
  const choose = (now: string | null, there: string | null) => (untouched ? there : (now ?? there));
  const free = (field: 'phone' | 'email' | 'externalId', value: string | null) =>
    value === null || [undefined, present.id].includes(known.byIdentity({ [field]: value })?.id)
      ? value
      : present[field];
  const phone = free('phone', choose(present.phone, given.phone));
  const email = free('email', choose(present.email, given.email));
  const avatarUrl = choose(present.avatarUrl, given.avatarUrl);
  const hasOwn = present.externalId !== null && present.externalId !== ownId;
  const externalId = hasOwn ? present.externalId : (free('externalId', given.externalId) ?? present.externalId);
  const name = given.name !== null && (untouched || present.nameIsPlaceholder) ? given.name : undefined;
  const named = nameAfter({ ...present, externalId }, { name, phone, email }) ?? {
    name: present.name,
    nameIsPlaceholder: present.nameIsPlaceholder,
  };
  const values = { ...named, phone, email, avatarUrl };
  // What was changed in Parley keeps a fingerprint that does not match.
  const kept = untouched
    ? withImported(present.metadata, source, given.metadata, fingerprinted(values))
    : present.metadata;
  const row = { ...present, ...values, externalId, metadata: kept };
  return sameJson(row, present) ? null : row;
}
