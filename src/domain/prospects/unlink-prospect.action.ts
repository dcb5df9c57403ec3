import { parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from '../conversations/conversation.sql.js';
import { type LinkChange, linkInput } from './link-prospect.action.js';
import { lockProspect } from './prospect.sql.js';

/** Takes a prospect off a conversation; where there is no link nothing changes. */
export async function unlinkProspect(context: ActionContext, input: unknown): Promise<LinkChange> {
  const { conversationId, prospectId } = parse(linkInput, input);
  return transact(context, async (work) => {
    const conversation = await lockConversation(work, conversationId);
    const prospect = await lockProspect(work, prospectId, 'keep');
    const { tx, workspaceId } = work;
    const { count } = await tx.prospectLink.deleteMany({ where: { workspaceId, conversationId, prospectId } });
    if (count === 0) return { conversation, prospect, changed: false };
    work.record(conversation, { type: 'prospect.unlinked', payload: { prospectId } });
    return { conversation: await changeConversation(work, conversation, {}), prospect, changed: true };
  });
}
