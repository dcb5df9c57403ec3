import { brandWithType } from '@pothos/core';
import type { Conversation as ConversationRow } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { Change, RemovalReasonType } from '../changes/change.type.js';
import type { RemovalReason } from '../changes/outcome.js';
import { Conversation } from '../conversations/conversation.type.js';
import { builder } from '../core/builder.js';
import type { ListOutcome } from './list-changes.js';

type Upsert = { cursor: string; row: ConversationRow; entered: boolean };
type Removal = { cursor: string; id: string; reason: RemovalReason };

const ConversationUpsert = builder.objectRef<Upsert>('ConversationUpsert').implement({
  description: 'It belongs to the list, and is like this now.',
  interfaces: [Change],
  fields: (t) => ({
    conversation: t.field({
      type: Conversation,
      description: 'The conversation in its current state, which may be newer than the change.',
      resolve: ({ row }) => row,
    }),
    entered: t.exposeBoolean('entered', {
      description:
        'Whether it was not in the list before, as far as the log tells: of `unread` and `updatedAt` it does not always. Keep the list by id, and use this for what is only shown, such as a highlight.',
    }),
  }),
});

const ConversationRemoval = builder.objectRef<Removal>('ConversationRemoval').implement({
  description: 'It does not belong to the list. Also sent for some that were not in it, which is to be ignored.',
  interfaces: [Change],
  fields: (t) => ({
    conversationId: t.id({
      description: 'The id of the conversation.',
      resolve: ({ id }) => encodeId('Conversation', id),
    }),
    reason: t.expose('reason', { type: RemovalReasonType, description: 'Why.' }),
  }),
});

export const ConversationChange = builder.unionType('ConversationChange', {
  description: 'What became of a conversation, for a list.',
  types: [ConversationUpsert, ConversationRemoval],
});

/** A change of a list, marked with its GraphQL type. */
export type ConversationChangeRow = Upsert | Removal;

/** What became of a conversation, as a change of the list with this cursor. */
export function listChangeOf(cursor: string, outcome: ListOutcome): ConversationChangeRow {
  if (outcome.row) {
    const change = { cursor, row: outcome.row, entered: outcome.entered };
    brandWithType(change, ConversationUpsert);
    return change;
  }
  const change = { cursor, id: outcome.touch.id, reason: outcome.reason };
  brandWithType(change, ConversationRemoval);
  return change;
}
