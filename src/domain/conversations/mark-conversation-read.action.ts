import type { Conversation } from '../../generated/prisma/client.js';
import { invalid } from '../../lib/errors.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { id, int } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { ActionContext, Work } from '../../unit-of-work/transaction.js';
import { findMessageIn } from '../messages/message.sql.js';
import { placeSql } from '../messages/note.sql.js';
import { changeUnversioned, lockConversation, raiseRevision } from './conversation.sql.js';
import { conversationIdField } from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { deletedUpTo } from './deleted-messages.sql.js';
import { advanceReadPosition, isCustomer } from './read-position.sql.js';

export const markConversationReadInput = input(
  'MarkConversationReadInput',
  'How far the viewer has read. Without upToSeq and upToMessageId, everything counts as read.',
  {
    ...conversationIdField,
    upToSeq: optional(int(0), 'The seq of the last message read.'),
    upToMessageId: optional(id('Message'), 'The last message read. Cannot be combined with upToSeq.'),
  },
  {
    check: ({ upToSeq, upToMessageId }, refuse) => {
      if (upToSeq !== undefined && upToMessageId !== undefined) {
        refuse('upToMessageId', 'Give upToSeq or upToMessageId, not both.');
      }
    },
  },
);

/** Advances the viewer's read position. An earlier position changes nothing and logs nothing. */
export async function markConversationRead(
  context: ActionContext,
  { conversationId, upToSeq, upToMessageId }: Parsed<typeof markConversationReadInput>,
): Promise<Conversation> {
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockConversation(work, conversationId);
    if (upToSeq !== undefined && upToSeq > row.messageCount) {
      throw invalid('upToSeq', `The conversation has ${row.messageCount} messages.`);
    }
    const upTo = upToMessageId ? await findMessageIn(work, [row.id], upToMessageId) : null;
    const seq = upTo?.seq ?? upToSeq ?? row.messageCount;
    if (seq === 0) return row;
    const inboundCount = upTo?.inboundSeq ?? (await inboundUpTo(work, row, seq));
    const position = { seq, inboundCount, ...(await deletedUpTo(work, row, seq)) };
    const { actor, permissions } = work.viewer;
    if (!(await advanceReadPosition(work, row.id, actor, position))) return row;
    work.record(row, { type: 'conversation.read', payload: { seq } });
    // A viewer without the permission `write` moves its own position only.
    const forTeam = permissions.has('write') && !isCustomer(actor, row);
    if (!forTeam || seq <= row.teamReadSeq) return raiseRevision(work, row);
    return changeUnversioned(work, row, {
      teamReadSeq: seq,
      teamReadInbound: inboundCount,
      teamReadDeleted: position.deletedInbound,
    });
  });
}

/** The number of inbound messages up to and including the message with this seq. */
async function inboundUpTo({ tx }: Work, row: Conversation, seq: number): Promise<number> {
  if (seq === row.messageCount) return row.inboundCount;
  const [message] = await tx.$queryRaw<{ inboundSeq: number }[]>`
    SELECT m."inboundSeq" FROM "Message" m
    WHERE m."workspaceId" = ${row.workspaceId}::uuid AND m."conversationId" = ${row.id}::uuid
      AND ${placeSql()} = ${seq}::float8`;
  if (!message) throw new Error(`The conversation ${row.id} has no message ${seq}.`);
  return message.inboundSeq;
}
