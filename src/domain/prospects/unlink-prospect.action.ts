import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from '../conversations/conversation.sql.js';
import { type LinkChange, linkFields, linkOutcome } from './link-prospect.action.js';
import { lockProspect } from './prospect.sql.js';

export const unlinkProspectInput = input(
  'UnlinkProspectInput',
  'The conversation and the prospect to unlink.',
  linkFields,
);

/** Unlinks a prospect from a conversation. Changes nothing if they are not linked. */
export async function unlinkProspect(
  context: ActionContext,
  { conversationId, prospectId }: Parsed<typeof unlinkProspectInput>,
): Promise<LinkChange> {
  return transactOnce(context, linkOutcome, async (work) => {
    const conversation = await lockConversation(work, conversationId);
    const prospect = await lockProspect(work, prospectId, 'keyShare');
    const { tx, workspaceId } = work;
    const { count } = await tx.prospectLink.deleteMany({ where: { workspaceId, conversationId, prospectId } });
    if (count === 0) return { conversation, prospect, changed: false };
    work.record(conversation, { type: 'prospect.unlinked', payload: { prospectId } });
    return { conversation: await changeConversation(work, conversation, {}), prospect, changed: true };
  });
}
