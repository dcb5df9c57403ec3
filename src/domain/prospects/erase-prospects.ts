import { eraseProspect } from '../../erasure/deliveries.sql.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { lockLinkedOnlyTo, removeLinks } from './prospect.sql.js';

/**
 * Deletes the prospects that are linked to no other conversations than these, which are locked and about to be deleted.
 */
export async function eraseProspectsOf(work: SystemWork, conversations: readonly { id: string }[]): Promise<void> {
  const ids = conversations.map(({ id }) => id);
  for (const prospectId of await lockLinkedOnlyTo(work, ids)) {
    await removeLinks(work, prospectId);
    await eraseProspect(work, prospectId, ids);
    await work.tx.prospect.deleteMany({ where: { workspaceId: work.workspaceId, id: prospectId } });
    work.recordChange(prospectId, { type: 'prospect.deleted', payload: {} });
  }
}
