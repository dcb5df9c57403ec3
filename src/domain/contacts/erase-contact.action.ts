import { encodeId } from '../../lib/ids.js';
import { input, type Parsed, required } from '../../lib/input.js';
import { id } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import { type ActionContext, LostRaceError } from '../../unit-of-work/transaction.js';
import { sweepOn } from '../sweeps/continue-sweep.js';
import { type Step, scheduleSweep } from '../sweeps/sweep.js';
import { releaseUnusedUploadsOf } from '../uploads/upload.sql.js';
import { clearContact } from './delete-contact.sql.js';
import {
  countErased,
  type Erased,
  eraseFailuresWith,
  identitiesOf,
  lockPerson,
  lockSomeOwn,
} from './erase-contact.sql.js';
import { eraseContactStep } from './erase-contact-step.js';
import { releaseExportsOf } from './exporting/contact-export.sql.js';
import { resolveContact } from './merged-contact.sql.js';

export const eraseContactInput = input('EraseContactInput', 'The contact to erase.', {
  contactId: required(id('Contact'), 'The contact. Also one that was deleted.'),
});

export type ErasedContact = Erased & { erasedContactId: string; pending: boolean };

type Begun = { contactId: string; erased: Erased; step: Step };

/**
 * Erases a person: the contact with what it was reached by, its conversations with all that is in them, what it wrote in
 * conversations of others, its files, the prospects linked to nothing else, and all that the log and webhook deliveries keep
 * of these. The row of the contact stays, cleared. The contact and its first conversations are erased at once, and the
 * others follow in steps; the numbers are those of all of them.
 */
export async function eraseContact(
  context: ActionContext,
  { contactId: givenId }: Parsed<typeof eraseContactInput>,
): Promise<ErasedContact> {
  const { contactId, erased, step } = await transactOnce(context, plainOutcome<Begun>(), async (work) => {
    // Conversations before contacts, as everywhere.
    const currentId = await resolveContact(work, givenId);
    await lockSomeOwn(work, currentId);
    const { contact, ids } = await lockPerson(work, currentId);
    if (contact.id !== currentId) throw new LostRaceError();
    const erased = await countErased(work, contact.id, ids);
    await eraseFailuresWith(work, await identitiesOf(work, contact));
    await releaseUnusedUploadsOf(work, ids);
    await releaseExportsOf(work, ids);
    await clearContact(work, contact.id);
    if (!contact.deletedAt) work.recordChange(contact.id, { type: 'contact.deleted', payload: {} });
    const changes = Object.entries(erased).map(([field, to]) => ({ field, from: null, to }));
    work.audit({ action: 'contact.erased', targetId: contact.id, changes });
    const step: Step = await eraseContactStep(work, { kind: 'erase', id: contact.id });
    scheduleSweep(work, context.viewer.actor, step);
    return { contactId: contact.id, erased, step };
  });
  const { workspaceId, actor: by } = context.viewer;
  const { pending } = await sweepOn(context, { workspaceId, by, step });
  return { ...erased, erasedContactId: encodeId('Contact', contactId), pending };
}
