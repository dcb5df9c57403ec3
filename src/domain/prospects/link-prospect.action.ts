import type { Conversation, Prospect } from '../../generated/prisma/client.js';
import { input, type Parsed } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import { type ActionContext, laterOf } from '../../unit-of-work/transaction.js';
import { changeConversation, lockConversation } from '../conversations/conversation.sql.js';
import { conversationIdField } from '../conversations/conversation-fields.js';
import { lockProspect } from './prospect.sql.js';
import { prospectIdField } from './prospect-fields.js';

/** How a mutation names a conversation and a prospect. */
export const linkFields = { ...conversationIdField, ...prospectIdField };

export const linkProspectInput = input('LinkProspectInput', 'The conversation and the prospect to link.', linkFields);

export type LinkChange = { conversation: Conversation; prospect: Prospect; changed: boolean };

/** The outcome of linking or unlinking. */
export const linkOutcome: Outcome<LinkChange, { conversationId: string; prospectId: string; changed: boolean }> = {
  keep: ({ conversation, prospect, changed }) => ({
    conversationId: conversation.id,
    prospectId: prospect.id,
    changed,
  }),
  resume: async (work, { conversationId, prospectId, changed }) => ({
    conversation: await lockConversation(work, conversationId),
    prospect: await lockProspect(work, prospectId, 'keyShare'),
    changed,
  }),
};

/** Links a prospect to a conversation, whatever its status. Changes nothing if they are already linked. */
export async function linkProspect(
  context: ActionContext,
  { conversationId, prospectId }: Parsed<typeof linkProspectInput>,
): Promise<LinkChange> {
  return transactOnce(context, linkOutcome, async (work) => {
    const conversation = await lockConversation(work, conversationId);
    const prospect = await lockProspect(work, prospectId, 'keyShare');
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
