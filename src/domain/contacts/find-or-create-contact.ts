import { toJson } from '../../db/json.js';
import type { Contact } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import { mergeMetadata } from '../../lib/validation.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { assertIdentityFree, insertContact } from './contact.sql.js';
import type { ContactDetails } from './contact-details.js';
import { lockIdentity } from './identity-lock.sql.js';
import { isUnnamed } from './merged-fields.js';

/** The contact with this phone or e-mail address, its empty fields filled; a new one where there is none. */
export async function findOrCreateContact(work: Work, details: ContactDetails): Promise<Contact> {
  await lockIdentity(work, details);
  const { phone, email } = details;
  const found = await work.tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "workspaceId" = ${work.workspaceId}::uuid
      AND (phone = ${phone ?? null} OR email = ${email ?? null}) ORDER BY id FOR UPDATE`;
  if (found.length > 1) {
    throw new ConflictError('The phone number and the e-mail address belong to two contacts. Give one, or contactId.');
  }
  const [contact] = found;
  await assertIdentityFree(work, contact ? emptyIn(contact, details) : details, contact?.id);
  if (contact) return fillEmpty(work, contact, details);
  return insertContact(work, { ...details, metadata: toJson(mergeMetadata({}, details.metadata ?? {})) });
}

function emptyIn(contact: Contact, { phone, email, externalId }: ContactDetails) {
  return {
    phone: contact.phone === null ? phone : undefined,
    email: contact.email === null ? email : undefined,
    externalId: contact.externalId === null ? externalId : undefined,
  };
}

async function fillEmpty({ tx, now }: Work, contact: Contact, details: ContactDetails): Promise<Contact> {
  const unnamed = isUnnamed(contact);
  const hasMetadata = Object.keys(Object(contact.metadata)).length > 0;
  const filled = {
    ...emptyIn(contact, details),
    name: unnamed ? details.name : undefined,
    avatarUrl: contact.avatarUrl === null ? details.avatarUrl : undefined,
    metadata: !hasMetadata && details.metadata ? toJson(mergeMetadata({}, details.metadata)) : undefined,
  };
  if (Object.values(filled).every((value) => value === undefined)) return contact;
  return tx.contact.update({
    where: { workspaceId_id: { workspaceId: contact.workspaceId, id: contact.id } },
    data: { ...filled, updatedAt: now },
  });
}
