import { z } from 'zod';
import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, LostRaceError, transact } from '../../unit-of-work/transaction.js';
import { closeLocked } from '../conversations/close-conversation.action.js';
import { lockContact } from './contact.sql.js';
import { emptyContact, lockAllWith } from './delete-contact.sql.js';
import { resolveContact } from './merged-contact.sql.js';

const deleteContactInput = z.object({ contactId: id('Contact'), force: z.boolean() });

/**
 * Deletes a contact: the row stays, emptied, so that whoever wrote a message can always be named. One who has
 * conversations is refused, unless forced: then the active ones are closed and all are kept.
 * What webhooks sent of all that it was in is erased.
 */
export async function deleteContact(context: ActionContext, input: unknown): Promise<{ deletedContactId: string }> {
  const { contactId: givenId, force } = parse(deleteContactInput, input);
  return transact(context, async (work) => {
    const contactId = await resolveContact(work, givenId);
    await lockAllWith(work, contactId);
    const contact = await lockContact(work, contactId, 'update');
    if (contact.id !== contactId) throw new LostRaceError();
    // Also those that began while this waited for the contact, whom whoever begins one holds: from here on nobody can.
    const conversations = await lockAllWith(work, contactId);
    const own = conversations.filter((conversation) => conversation.contactId === contactId);
    if (own.length > 0 && !force) {
      // Not how many, for the viewer may not see all of them.
      throw new ConflictError('The contact has conversations. Delete them first, or pass force: true.');
    }
    for (const conversation of own) {
      if (conversation.status !== 'CLOSED') await closeLocked(work, conversation, { reason: 'Contact deleted' });
    }
    await eraseConversations(
      work,
      conversations.map((conversation) => conversation.id),
    );
    await emptyContact(work, contactId);
    return { deletedContactId: encodeId('Contact', contactId) };
  });
}
