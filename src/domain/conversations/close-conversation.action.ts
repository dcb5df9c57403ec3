import type { Conversation } from '../../generated/prisma/client.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, SystemWork } from '../../unit-of-work/transaction.js';
import { changeConversation, lockReferenced } from './conversation.sql.js';
import { assertVersion } from './conversation-conflicts.js';
import { conversationReference, resolution, versionField } from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { type ClosureDetails, close } from './status-transitions.js';

export const closeConversationInput = input('CloseConversationInput', 'The conversation to close, and how it ended.', {
  ...conversationReference,
  reason: optional(text(1000), 'Why it was closed.'),
  resolution: optional(resolution, 'How it ended.'),
  notes: optional(text(10_000), 'Internal notes.'),
  ...versionField,
});

/** Closes a conversation. Throws InvalidTransitionError if it is already closed. */
export async function closeConversation(
  context: ActionContext,
  { expectedVersion, reason, resolution, notes, ...reference }: Parsed<typeof closeConversationInput>,
): Promise<Conversation> {
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockReferenced(work, reference);
    assertVersion(row, expectedVersion);
    return closeLocked(work, row, { reason, resolution, notes });
  });
}

/** Closes a locked conversation. */
export async function closeLocked(work: SystemWork, row: Conversation, details: ClosureDetails): Promise<Conversation> {
  const { changes, event } = close(row, work.by, work.now, details);
  work.record(row, event);
  return changeConversation(work, row, changes);
}
