import { eraseConversations } from '../../erasure/deliveries.sql.js';
import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, required, withDefault } from '../../lib/input.js';
import { flag, id } from '../../lib/rules.js';
import { type ActionContext, LostRaceError, transact } from '../../unit-of-work/transaction.js';
import { closeLocked } from '../conversations/close-conversation.action.js';
import { lockContact } from './contact.sql.js';
import { clearContact, lockConversationsWith } from './delete-contact.sql.js';
import { resolveContact } from './merged-contact.sql.js';

export const deleteContactInput = input('DeleteContactInput', 'The contact to delete.', {
  contactId: required(id('Contact'), 'The contact.'),
  force: withDefault(
    flag,
    false,
    'Whether to delete the contact even if it has conversations. Active ones are closed, including those the viewer cannot see; all are kept.',
  ),
});

/**
 * Deletes a contact. The row stays, cleared, so that the authors of messages can always be named. Throws ConflictError if
 * the contact has conversations, unless forced: then the active ones are closed and all are kept. Erases what webhooks
 * sent about the conversations the contact was in.
 */
export async function deleteContact(
  context: ActionContext,
  { contactId: givenId, force }: Parsed<typeof deleteContactInput>,
): Promise<{ deletedContactId: string }> {
  return transact(context, async (work) => {
    const contactId = await resolveContact(work, givenId);
    await lockConversationsWith(work, contactId);
    const contact = await lockContact(work, contactId, 'update');
    if (contact.id !== contactId) throw new LostRaceError();
    // Conversations may have started while this waited for the contact. Starting one locks the contact, so no more can now.
    const conversations = await lockConversationsWith(work, contactId);
    const own = conversations.filter((conversation) => conversation.contactId === contactId);
    if (own.length > 0 && !force) {
      // The message must not give their number, because the viewer may not see all of them.
      throw new ConflictError('The contact has conversations. Delete them first, or pass force: true.');
    }
    for (const conversation of own) {
      if (conversation.status !== 'CLOSED') await closeLocked(work, conversation, { reason: 'Contact deleted' });
    }
    await eraseConversations(
      work,
      conversations.map((conversation) => conversation.id),
    );
    await clearContact(work, contactId);
    return { deletedContactId: encodeId('Contact', contactId) };
  });
}
