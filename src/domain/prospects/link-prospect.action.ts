import { z } from 'zod';
import type { Conversation, Prospect } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, laterOf, transact } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from '../conversations/conversation.sql.js';
import { lockProspect } from './prospect.sql.js';

export const linkInput = z.object({ conversationId: id('Conversation'), prospectId: id('Prospect') });

export type LinkChange = { conversation: Conversation; prospect: Prospect; changed: boolean };

/** Links a prospect to a conversation in whatever status; those that are linked already stay as they are. */
export async function linkProspect(context: ActionContext, input: unknown): Promise<LinkChange> {
  const { conversationId, prospectId } = parse(linkInput, input);
  return transact(context, async (work) => {
    const conversation = await lockConversation(work, conversationId);
    const prospect = await lockProspect(work, prospectId, 'keep');
    const { tx, workspaceId, now } = work;
    const createdAt = laterOf(now, conversation.updatedAt);
    const { count } = await tx.prospectLink.createMany({
      data: { workspaceId, conversationId, prospectId, createdAt },
      skipDuplicates: true,
    });
    if (count === 0) return { conversation, prospect, changed: false };
    work.record(conversation, { type: 'prospect.linked', payload: { prospectId } });
    return { conversation: await changeConversation(work, conversation, {}), prospect, changed: true };
  });
}
