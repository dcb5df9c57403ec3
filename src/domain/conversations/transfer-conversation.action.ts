import type { Conversation } from '../../generated/prisma/client.js';
import { type AssigneeRef, actorId, sameActor, system } from '../../lib/actor-ref.js';
import { ConflictError } from '../../lib/errors.js';
import { input, optional, type Parsed, required, withDefault } from '../../lib/input.js';
import { actorRef, flag, text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { lockActiveActorForShare, requireActors } from '../actors/actor.sql.js';
import { appendMessage } from '../messages/append-message.js';
import { normalizeContent } from '../messages/normalize-content.js';
import { join } from '../participants/participant.sql.js';
import { assigneeOf, assignmentChanges, replacedBot } from './assign.js';
import { changeConversation, lockConversation } from './conversation.sql.js';
import { assertVersion } from './conversation-conflicts.js';
import { conversationIdField, versionField } from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { assertActive } from './status-transitions.js';
import { insertTransfers } from './transfer.sql.js';

export const transferConversationInput = input(
  'TransferConversationInput',
  'The conversation to transfer, and to whom.',
  {
    ...conversationIdField,
    toAssigneeId: required(
      actorRef('USER', 'BOT'),
      'The user or bot who takes over. Must not be the current assignee.',
    ),
    reason: optional(text(1000), 'Why it is transferred.'),
    summary: optional(text(10_000), 'What the new assignee should know.'),
    notifyContact: withDefault(flag, false, 'Adds a system message that says who answers now.'),
    ...versionField,
  },
);

/** Transfers a conversation to another assignee, and keeps a permanent record of it. */
export async function transferConversation(
  context: ActionContext,
  { conversationId, toAssigneeId: to, ...details }: Parsed<typeof transferConversationInput>,
): Promise<Conversation> {
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockConversation(work, conversationId);
    assertVersion(row, details.expectedVersion);
    assertActive(row, 'transferred');
    await requireActors(work, [to]);
    const from = assigneeOf(row);
    if (sameActor(from, to))
      throw new ConflictError('The conversation is already assigned to them. Choose a different assignee.', row.id);
    const { reason = null, summary = null } = details;
    await lockActiveActorForShare(work, to);
    await join(work, row, to);
    await insertTransfers(work, [{ conversationId, from, to, reason, summary }]);
    work.record(row, {
      type: 'conversation.transferred',
      payload: { from: from && actorId(from), to: actorId(to), reason, summary, ...replacedBot(row, to) },
    });
    const { actor } = work.viewer;
    const transferred = await changeConversation(work, row, assignmentChanges(to, actor, work.now, null));
    return details.notifyContact ? notify(work, transferred, to) : transferred;
  });
}

async function notify(work: Work, conversation: Conversation, to: AssigneeRef): Promise<Conversation> {
  const { tx, workspaceId } = work;
  const where = { workspaceId_id: { workspaceId, id: to.id } };
  const assignee =
    to.type === 'USER' ? await tx.user.findUniqueOrThrow({ where }) : await tx.bot.findUniqueOrThrow({ where });
  await appendMessage(work, conversation, {
    ...normalizeContent({ text: `You are now talking to ${assignee.name}.` }),
    author: system,
    direction: 'OUTBOUND',
    metadata: {},
    externalId: null,
    clientMessageId: null,
  });
  return lockConversation(work, conversation.id);
}
