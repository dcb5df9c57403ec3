import type { Contact } from '../../generated/prisma/client.js';
import { rowsOfActors } from '../actors/actor.loader.js';
import type { Context } from '../core/context.js';
import { mayLookUp } from '../core/lookup-access.loader.js';

/** Loads contacts by id; the id of one that was merged answers the one that it was merged into. */
export const contactsById = rowsOfActors('CONTACT');

/** A contact that is not deleted and that the viewer may look up; null for all others. */
export async function findContact(context: Context, id: string): Promise<Contact | null> {
  const contact = await contactsById(context).load(id);
  return contact && !contact.deletedAt && (await mayLookUp(context, contact)) ? contact : null;
}
