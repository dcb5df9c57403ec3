import type { Contact } from '../../generated/prisma/client.js';
import type { ContactIdentity } from './contact-identity.js';

/** The columns of a contact's name. A placeholder stands for a name that nobody has given yet. */
export type ContactName = Pick<Contact, 'name' | 'nameIsPlaceholder'>;

const fields = ['phone', 'email', 'externalId'] as const;

/** The columns of a name that a caller gave, which is never a placeholder; undefined if none was given. */
export function givenName(name: string | undefined): ContactName | undefined {
  return name === undefined ? undefined : { name, nameIsPlaceholder: false };
}

/** What a contact without a name is called by: the first of its phone number, email address and externalId. */
export function placeholderFor({ phone, email, externalId }: ContactIdentity): ContactName {
  return { name: phone ?? email ?? externalId ?? 'Unknown', nameIsPlaceholder: true };
}

/**
 * The columns of a contact's name after a change; undefined if they stay. A given name counts. Otherwise a placeholder
 * follows what it stands for: to its new value, or to what else there is once that is gone. It stays where it still
 * holds, so that a contact is not renamed from one placeholder to another because it got a second address.
 */
export function nameAfter(
  contact: ContactName & ContactIdentity,
  change: ContactIdentity & { name?: string | undefined },
): ContactName | undefined {
  const given = givenName(change.name);
  if (given || !contact.nameIsPlaceholder) return given;
  const after: ContactIdentity = {};
  for (const field of fields) after[field] = change[field] === undefined ? contact[field] : change[field];
  const source = fields.find((field) => contact[field] === contact.name);
  const name = source && after[source];
  return name == null ? placeholderFor(after) : { name, nameIsPlaceholder: true };
}
