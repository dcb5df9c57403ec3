import { z } from 'zod';
import { closeLocked } from '../conversations/close-conversation.action.js';
import { LostRaceError } from '../db/lost-race.js';
import { type ActionContext, transact } from '../db/transaction.js';
import { ConflictError } from '../errors.js';
import { encodeId } from '../ids.js';
import { id, parse } from '../validation.js';
import { resolveContact } from './alias.sql.js';
import { lockContact } from './contact.sql.js';
import { conversationsOf, emptyContact, lockAllOf } from './delete-contact.sql.js';

const deleteContactInput = z.object({ contactId: id('Contact'), force: z.boolean() });

/**
 * Deletes a contact: the row stays, emptied, so that whoever wrote a message can always be named. One who has
 * conversations is refused, unless forced: then the active ones are closed and all are kept.
 */
export async function deleteContact(context: ActionContext, input: unknown): Promise<{ deletedContactId: string }> {
  const { contactId: givenId, force } = parse(deleteContactInput, input);
  return transact(context, async (work) => {
    const contactId = await resolveContact(work, givenId);
    const conversations = await lockAllOf(work, contactId);
    const contact = await lockContact(work, contactId, 'update');
    if (contact.id !== contactId) throw new LostRaceError();
    const now = await conversationsOf(work, contactId);
    if (now.length > 0 && !force) {
      // Not how many, for the viewer may not see all of them.
      throw new ConflictError('The contact has conversations. Delete them first, or pass force: true.');
    }
    if (now.some((id) => !conversations.some((conversation) => conversation.id === id))) throw new LostRaceError();
    for (const conversation of conversations) {
      if (conversation.status !== 'CLOSED') await closeLocked(work, conversation, { reason: 'Contact deleted' });
    }
    await emptyContact(work, contactId);
    return { deletedContactId: encodeId('Contact', contactId) };
  });
}
