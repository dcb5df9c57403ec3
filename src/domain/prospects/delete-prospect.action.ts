import { z } from 'zod';
import { eraseProspect } from '../../erasure/deliveries.sql.js';
import { encodeId } from '../../lib/ids.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, LostRaceError, transact } from '../../unit-of-work/transaction.js';
import { raiseVersions } from '../conversations/raise-versions.sql.js';
import { lockProspect } from './prospect.sql.js';
import { lockLinkedConversations, removeLinks } from './prospect-link.sql.js';

const deleteProspectInput = z.object({ prospectId: id('Prospect') });

/** Deletes a prospect and its links; each of the conversations stays and says so in its log. */
export async function deleteProspect(context: ActionContext, input: unknown): Promise<{ deletedProspectId: string }> {
  const { prospectId } = parse(deleteProspectInput, input);
  return transact(context, async (work) => {
    const locked = await lockLinkedConversations(work, prospectId);
    await lockProspect(work, prospectId, 'update');
    const unlinked = new Set(await removeLinks(work, prospectId));
    const conversations = locked.filter(({ id }) => unlinked.has(id));
    if (conversations.length < unlinked.size) throw new LostRaceError();
    const conversationIds = conversations.map(({ id }) => id);
    await raiseVersions(work, conversationIds);
    await eraseProspect(work, prospectId, conversationIds);
    await work.tx.prospect.deleteMany({ where: { workspaceId: work.workspaceId, id: prospectId } });
    for (const conversation of conversations) {
      work.record(conversation, { type: 'prospect.unlinked', payload: { prospectId } });
    }
    return { deletedProspectId: encodeId('Prospect', prospectId) };
  });
}
