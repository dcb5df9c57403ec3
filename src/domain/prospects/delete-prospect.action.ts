import { eraseProspect } from '../../erasure/deliveries.sql.js';
import { encodeId } from '../../lib/ids.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { plainOutcome } from '../../unit-of-work/outcome.js';
import { type ActionContext, LostRaceError } from '../../unit-of-work/transaction.js';
import { advanceVersions } from '../conversations/conversation.sql.js';
import { lockLinkedConversations, lockProspect, removeLinks } from './prospect.sql.js';
import { prospectIdField } from './prospect-fields.js';

export const deleteProspectInput = input('DeleteProspectInput', 'The prospect to delete.', prospectIdField);

/** Deletes a prospect and its links. The conversations stay, and their logs record that it was unlinked. */
export async function deleteProspect(
  context: ActionContext,
  { prospectId }: Parsed<typeof deleteProspectInput>,
): Promise<{ deletedProspectId: string }> {
  return transactOnce(context, plainOutcome(), async (work) => {
    const locked = await lockLinkedConversations(work, prospectId);
    await lockProspect(work, prospectId, 'update');
    const unlinked = new Set(await removeLinks(work, prospectId));
    const conversations = locked.filter(({ id }) => unlinked.has(id));
    if (conversations.length < unlinked.size) throw new LostRaceError();
    const conversationIds = conversations.map(({ id }) => id);
    await advanceVersions(work, conversationIds);
    await eraseProspect(work, prospectId, conversationIds);
    await work.tx.prospect.deleteMany({ where: { workspaceId: work.workspaceId, id: prospectId } });
    for (const conversation of conversations) {
      work.record(conversation, { type: 'prospect.unlinked', payload: { prospectId } });
    }
    work.recordChange(prospectId, { type: 'prospect.deleted', payload: {} });
    return { deletedProspectId: encodeId('Prospect', prospectId) };
  });
}
