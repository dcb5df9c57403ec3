import { ConflictError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, required, withDefault } from '../../lib/input.js';
import { flag, id } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import { type ActionContext, LostRaceError } from '../../unit-of-work/transaction.js';
import { sweepOn } from '../sweeps/continue-sweep.js';
import { type Step, scheduleSweep } from '../sweeps/sweep.js';
import { lockContact } from './contact.sql.js';
import { clearContact, hasConversations, lockConversationsWith } from './delete-contact.sql.js';
import { leaveContactStep } from './leave-contact-step.js';
import { resolveContact } from './merged-contact.sql.js';

export const deleteContactInput = input('DeleteContactInput', 'The contact to delete.', {
  contactId: required(id('Contact'), 'The contact.'),
  force: withDefault(
    flag,
    false,
    'Whether to delete the contact even if it has conversations. Active ones are closed, including those the viewer cannot see; all are kept.',
  ),
});

export type DeletedContact = { deletedContactId: string; pending: boolean };

/**
 * Deletes a contact. The row stays, cleared, so that the authors of messages can always be named. Throws ConflictError if
 * the contact has conversations, unless forced: then the active ones are closed and all are kept. Erases what webhooks
 * sent about the conversations the contact was in. Of many conversations, the contact is deleted with the first ones, and
 * the others follow in steps.
 */
export async function deleteContact(
  context: ActionContext,
  { contactId: givenId, force }: Parsed<typeof deleteContactInput>,
): Promise<DeletedContact> {
  const { contactId, step } = await transactOnce(
    context,
    plainOutcome<{ contactId: string; step: Step }>(),
    async (work) => {
      const contactId = await resolveContact(work, givenId);
      await lockConversationsWith(work, contactId, null);
      const contact = await lockContact(work, contactId, 'update');
      if (contact.id !== contactId) throw new LostRaceError();
      // Conversations may have started while this waited for the contact. Starting one locks the contact, so no more can now.
      if (!force && (await hasConversations(work, contactId))) {
        // The message must not give their number, because the viewer may not see all of them.
        throw new ConflictError('The contact has conversations. Delete them first, or pass force: true.');
      }
      const step = await leaveContactStep(work, { kind: 'contact', id: contactId, after: null });
      await clearContact(work, contactId);
      work.recordChange(contactId, { type: 'contact.deleted', payload: {} });
      scheduleSweep(work, context.viewer.actor, step);
      return { contactId, step };
    },
  );
  const { workspaceId, actor: by } = context.viewer;
  const { pending } = await sweepOn(context, { workspaceId, by, step });
  return { deletedContactId: encodeId('Contact', contactId), pending };
}
