import type { Contact } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { metadata, tags, toJsonObject } from '../../lib/validation.js';

/** Whether a contact has no name of its own, only the one that it fell back to. */
export function isUnnamed({ name, phone, email, externalId }: Contact): boolean {
  return [phone, email, externalId, 'Unknown'].includes(name);
}

/**
 * What a contact is after others were merged into it: it keeps what it has, its empty fields are filled by the first of
 * the others who has one, tags are united and metadata are merged. Throws ValidationError where they become too many.
 */
export function mergedFields(survivor: Contact, others: readonly Contact[]) {
  const all = [survivor, ...others];
  const first = (field: 'phone' | 'email' | 'externalId' | 'avatarUrl') =>
    all.map((contact) => contact[field]).find((value) => value !== null) ?? null;
  return {
    name: (all.find((contact) => !isUnnamed(contact)) ?? survivor).name,
    phone: first('phone'),
    email: first('email'),
    externalId: first('externalId'),
    avatarUrl: first('avatarUrl'),
    tags: unitedTags(all),
    metadata: mergedMetadata(all),
  };
}

function unitedTags(contacts: readonly Contact[]): string[] {
  const united = tags.safeParse(contacts.flatMap((contact) => contact.tags));
  if (united.success) return united.data;
  throw invalid('contactIds', 'Together the contacts have more than 50 tags. Remove some first.');
}

/** Where several have a key, the survivor wins, then whoever is named first. */
function mergedMetadata(contacts: readonly Contact[]): object {
  const merged: object = Object.assign({}, ...contacts.map((contact) => toJsonObject(contact.metadata)).reverse());
  if (metadata.safeParse(merged).success) return merged;
  throw invalid('contactIds', 'Together the contacts have more than 16 KB of metadata. Remove some first.');
}
