import { toJson } from '../../db/client.js';
import type { Contact } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import { mergeMetadata } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { insertContact, lockContactsByIdentity } from './contact.sql.js';
import { removeOwnAliases } from './contact-alias.sql.js';
import type { ContactDetails } from './contact-fields.js';
import { assertIdentityFree, lockIdentity } from './contact-identity.sql.js';
import { nameAfter } from './contact-name.js';

/**
 * Returns the contact with this phone number or email address, with its empty fields filled in, or a new one. Throws
 * ConflictError if they belong to two contacts, or if another contact has a value that would be filled in.
 */
export async function findOrCreateContact(work: Work, details: ContactDetails): Promise<Contact> {
  await lockIdentity(work, details);
  const found = await lockContactsByIdentity(work, details);
  if (found.length > 1) {
    throw new ConflictError('The phone number and email address belong to two contacts. Give one, or contactId.');
  }
  const [contact] = found;
  await assertIdentityFree(work, contact ? missingIdentity(contact, details) : details, contact?.id);
  if (contact) return fillEmpty(work, contact, details);
  return insertContact(work, { ...details, metadata: toJson(mergeMetadata({}, details.metadata ?? {})) });
}

function missingIdentity(contact: Contact, { phone, email, externalId }: ContactDetails) {
  return {
    phone: contact.phone === null ? phone : undefined,
    email: contact.email === null ? email : undefined,
    externalId: contact.externalId === null ? externalId : undefined,
  };
}

async function fillEmpty(work: Work, contact: Contact, details: ContactDetails): Promise<Contact> {
  const hasMetadata = Object.keys(Object(contact.metadata)).length > 0;
  const identity = missingIdentity(contact, details);
  const filled = {
    ...identity,
    ...(contact.nameIsPlaceholder ? nameAfter(contact, { ...identity, name: details.name }) : undefined),
    avatarUrl: contact.avatarUrl === null ? details.avatarUrl : undefined,
    metadata: !hasMetadata && details.metadata ? toJson(mergeMetadata({}, details.metadata)) : undefined,
  };
  if (Object.values(filled).every((value) => value === undefined)) return contact;
  await removeOwnAliases(work, { ...identity, id: contact.id });
  work.recordChange(contact.id, { type: 'contact.updated', payload: {} });
  return work.tx.contact.update({
    where: { workspaceId_id: { workspaceId: contact.workspaceId, id: contact.id } },
    data: { ...filled, updatedAt: work.now },
  });
}
