import { brandWithType } from '@pothos/core';
import { encodeId } from '../../lib/ids.js';
import { builder, Node } from '../core/builder.js';
import type { Outcome, RemovalReason } from './outcome.js';
import { type Noun, nounOf } from './touch.js';

export const RemovalReasonType = builder.enumType('RemovalReason', {
  description: 'Why something is to be dropped.',
  values: {
    NO_LONGER_MATCHES: { description: 'It does not meet the conditions of the list any more.' },
    NO_LONGER_VISIBLE: { description: 'The viewer may not see it any more.' },
    DELETED: { description: 'It was deleted, or merged into another.' },
  } as const satisfies Record<RemovalReason, { description: string }>,
});

export const Change = builder.interfaceRef<{ cursor: string }>('Change').implement({
  description: 'What became of something that the viewer may hold. Apply it and remember the cursor.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description:
        'Where to go on once this has been applied: pass it as `after`. Of the same format as those of events.',
    }),
  }),
});

type Upsert = { cursor: string; node: { id: string } };
type Removal = { cursor: string; type: Noun; id: string; reason: RemovalReason };

const NodeUpsert = builder.objectRef<Upsert>('NodeUpsert').implement({
  description: 'It is like this now.',
  interfaces: [Change],
  fields: (t) => ({
    node: t.field({
      type: Node,
      description:
        'A conversation, message, participant, contact, prospect, user, bot or channel in its current state, which may be newer than the change.',
      resolve: ({ node }) => node,
    }),
  }),
});

const NodeRemoval = builder.objectRef<Removal>('NodeRemoval').implement({
  description:
    'Drop it. The removal of a conversation stands for everything in it: drop its messages and participants too.',
  interfaces: [Change],
  fields: (t) => ({
    nodeId: t.id({ description: 'The id of what to drop.', resolve: ({ type, id }) => encodeId(type, id) }),
    reason: t.expose('reason', { type: RemovalReasonType, description: 'Why.' }),
  }),
});

/** A change, marked with its GraphQL type. */
export type ChangeRow = Upsert | Removal;

/** What became of something, as a change with this cursor. */
export function changeOf(cursor: string, { touch, node, reason }: Outcome): ChangeRow {
  if (node) {
    const change = { cursor, node };
    brandWithType(change, NodeUpsert);
    return change;
  }
  const change = { cursor, type: nounOf(touch), id: touch.id, reason };
  brandWithType(change, NodeRemoval);
  return change;
}
