import type { Conversation } from '../../generated/prisma/client.js';
import { input, nullable, optional, type Parsed } from '../../lib/input.js';
import { actorRef, text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';
import { assign } from './assign.js';
import { lockConversation } from './conversation.sql.js';
import { assertVersion } from './conversation-conflicts.js';
import { conversationIdField, versionField } from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { assertActive } from './status-transitions.js';

/** To whom conversations are assigned. */
export const assignmentFields = {
  assigneeId: nullable(actorRef('USER', 'BOT'), 'The user or bot who should answer. Required; null unassigns.'),
  note: optional(text(1000), 'A note to store with the assignment.'),
};

export const assignConversationInput = input('AssignConversationInput', 'A conversation and its new assignee.', {
  ...conversationIdField,
  ...assignmentFields,
  ...versionField,
});

/** Assigns a conversation to a user or bot, or unassigns it. */
export async function assignConversation(
  context: ActionContext,
  { conversationId, assigneeId, note, expectedVersion }: Parsed<typeof assignConversationInput>,
): Promise<Conversation> {
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockConversation(work, conversationId);
    assertVersion(row, expectedVersion);
    assertActive(row, 'assigned');
    if (assigneeId) await requireActors(work, [assigneeId]);
    return assign(work, row, assigneeId, note);
  });
}
