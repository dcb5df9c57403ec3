import { z } from 'zod';
import type { Conversation } from '../../generated/prisma/client.js';
import { expectedVersion, parse, text } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { clientKey } from './client-key.js';
import { changeConversation, lockReferenced } from './conversation.sql.js';
import { resolution } from './conversation-fields.js';
import { assertVersion } from './expected-version.js';
import { type ClosureDetails, close } from './status-transitions.js';

const closeConversationInput = z.object({
  conversationId: z.string(),
  client: clientKey.optional(),
  reason: text(1000).optional(),
  resolution: resolution.optional(),
  notes: text(10_000).optional(),
  expectedVersion: expectedVersion.optional(),
});

/** Closes a conversation; a closed one is an InvalidTransitionError. */
export async function closeConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const { expectedVersion: expected, reason, resolution, notes, ...reference } = parse(closeConversationInput, input);
  return transact(context, async (work) => {
    const row = await lockReferenced(work, reference);
    assertVersion(row, expected);
    return closeLocked(work, row, { reason, resolution, notes });
  });
}

/** Closes a locked conversation. */
export async function closeLocked(work: Work, row: Conversation, details: ClosureDetails): Promise<Conversation> {
  const { changes, event } = close(row, work.viewer.actor, work.now, details);
  work.record(row, event);
  return changeConversation(work, row, changes);
}
