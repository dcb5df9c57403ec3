import type { Contact, Prisma } from '../../generated/prisma/client.js';
import { ConflictError, NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { insertActor } from '../actors/insert-actor.js';

export type ContactIdentity = {
  phone?: string | undefined;
  email?: string | undefined;
  externalId?: string | undefined;
};

export type NewContact = ContactIdentity &
  Pick<Prisma.ContactUncheckedCreateInput, 'metadata'> & {
    name?: string | undefined;
    avatarUrl?: string | undefined;
    tags?: string[] | undefined;
  };

/** Writes a contact with its actor. The name falls back to phone, e-mail address, externalId. */
export async function insertContact(work: Work, input: NewContact): Promise<Contact> {
  const { tx, workspaceId, now, newId } = work;
  const id = newId();
  await insertActor(tx, workspaceId, { type: 'CONTACT', id });
  const { name, phone, email, externalId } = input;
  return tx.contact.create({
    data: {
      ...input,
      tags: input.tags ?? [],
      name: name ?? phone ?? email ?? externalId ?? 'Unknown',
      workspaceId,
      id,
      createdAt: now,
      updatedAt: now,
    },
  });
}

/**
 * Locks a contact against being changed or deleted: the one that this id means now, for it may have been merged into
 * another. Throws NotFoundError where there is none.
 */
export async function lockContact(work: Work, id: string, mode: 'share' | 'update'): Promise<Contact> {
  const { tx, workspaceId } = work;
  const [contact] =
    mode === 'share'
      ? await tx.$queryRaw<Contact[]>`
          SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`
      : await tx.$queryRaw<Contact[]>`
          SELECT * FROM "Contact" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR UPDATE`;
  if (contact?.mergedIntoId) return lockContact(work, contact.mergedIntoId, mode);
  if (!contact || contact.deletedAt) throw new NotFoundError('contact', encodeId('Contact', id));
  return contact;
}

const labels = { phone: 'phone number', email: 'e-mail address', externalId: 'externalId' } as const;

/** Throws ConflictError where another contact has one of these already. */
export async function assertIdentityFree(
  { tx, workspaceId }: Work,
  identity: ContactIdentity,
  exceptId?: string,
): Promise<void> {
  for (const field of ['phone', 'email', 'externalId'] as const) {
    const value = identity[field];
    if (value === undefined) continue;
    const taken = await tx.contact.findFirst({
      where: { workspaceId, [field]: value, ...(exceptId ? { id: { not: exceptId } } : {}) },
      select: { id: true },
    });
    if (taken) throw new ConflictError(`Another contact has this ${labels[field]}: ${encodeId('Contact', taken.id)}.`);
  }
}
