import { type Contact, Prisma } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { phoneForms } from '../../lib/phone-forms.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/actor.sql.js';
import { contactsByAlias } from './contact-alias.sql.js';
import type { ContactIdentity } from './contact-identity.js';
import { givenName, placeholderFor } from './contact-name.js';

export type NewContact = ContactIdentity &
  Pick<Prisma.ContactUncheckedCreateInput, 'metadata'> & {
    /** Default: a new one. */
    id?: string | undefined;
    name?: string | undefined;
    avatarUrl?: string | null | undefined;
    tags?: string[] | undefined;
  };

/** Inserts a contact and its actor. Without a name it is called by its phone number, email address or externalId. */
export async function insertContact(work: Work, input: NewContact): Promise<Contact> {
  const { tx, workspaceId, now, newId } = work;
  const { id = newId() } = input;
  await insertActor(tx, workspaceId, { type: 'CONTACT', id });
  work.recordChange(id, { type: 'contact.created', payload: {} });
  return tx.contact.create({
    data: {
      ...input,
      tags: input.tags ?? [],
      ...(givenName(input.name) ?? placeholderFor(input)),
      workspaceId,
      id,
      createdAt: now,
      updatedAt: now,
    },
  });
}

const locks = { share: Prisma.sql`FOR SHARE`, update: Prisma.sql`FOR UPDATE` };

/**
 * Locks a contact against changes and deletion. If it was merged, locks and returns the contact it was merged into.
 * Throws NotFoundError if it does not exist or was deleted.
 */
export async function lockContact(work: Work, id: string, mode: keyof typeof locks): Promise<Contact> {
  const { tx, workspaceId } = work;
  const [contact] = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid ${locks[mode]}`;
  if (contact?.mergedIntoId) return lockContact(work, contact.mergedIntoId, mode);
  if (!contact || contact.deletedAt) throw new NotFoundError('contact', encodeId('Contact', id));
  return contact;
}

/**
 * Locks the contacts that have this phone number, in whichever of its forms, or this email address, themselves or by an
 * alias: at most two. Of two contacts from before the forms were known to be one number, the one that has it as given
 * counts.
 */
export async function lockContactsByIdentity(
  { tx, workspaceId }: Work,
  { phone, email }: ContactIdentity,
): Promise<Contact[]> {
  const phones: string[] = phone ? phoneForms(phone) : [];
  // "deletedAt" is for a contact that was deleted while this waited: its aliases are those from before the wait.
  const found = await tx.$queryRaw<Contact[]>`
    SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND "deletedAt" IS NULL
      AND (phone = ANY(${phones}) OR email = ${email ?? null} OR id IN (${contactsByAlias(workspaceId, { phone, email })}))
    ORDER BY id FOR UPDATE`;
  if (!phone || !found.some((contact) => contact.phone === phone)) return found;
  return found.filter((contact) => contact.phone === phone || !contact.phone || !phones.includes(contact.phone));
}
