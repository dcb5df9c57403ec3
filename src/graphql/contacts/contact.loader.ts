import type { Contact } from '../../generated/prisma/client.js';
import { rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

/** Loads contacts by id. For a merged contact, returns the contact it was merged into. */
export const contactsById = rowsOfActors('CONTACT');

/** Returns the contact unless it is deleted or the viewer may not look it up; then null. */
export async function findContact(context: Context, id: string): Promise<Contact | null> {
  const contact = await contactsById(context).load(id);
  return contact && !contact.deletedAt && (await mayLookUp(context, contact)) ? contact : null;
}
