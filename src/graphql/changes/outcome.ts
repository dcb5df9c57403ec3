import DataLoader from 'dataloader';
import { anyIn } from '../../db/any-in.js';
import { type Context, perOperation } from '../core/context.js';
import { findNode } from '../nodes/find-node.js';
import { nounOf, type Touch } from './touch.js';

/** Why something is to be dropped. */
export type RemovalReason = 'NO_LONGER_MATCHES' | 'NO_LONGER_VISIBLE' | 'DELETED';

/** Why something is not there for the viewer. */
type Absence = Exclude<RemovalReason, 'NO_LONGER_MATCHES'>;

/** What became of something that was touched, for the viewer: it is there, or why it is not. */
export type Outcome = { touch: Touch } & ({ node: { id: string }; reason: null } | { node: null; reason: Absence });

/** Which conversations of the workspace there still are, whether the viewer may see them or not. */
const conversationExists = perOperation(
  ({ database, viewer }) =>
    new DataLoader<string, boolean>(async (ids) => {
      const rows = await database.lookUp<{ id: string }>`
        SELECT id FROM "Conversation" WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')}`;
      const existing = new Set(rows.map(({ id }) => id));
      return ids.map((id) => existing.has(id));
    }),
);

const OF_CONVERSATIONS: readonly string[] = ['Conversation', 'Message', 'Participant'];

/**
 * Why the viewer does not find something that was touched. Null if it is not to learn of it: a contact sees people and
 * channels only through its conversations, and prospects not at all.
 */
async function reasonOf(context: Context, touch: Touch): Promise<Absence | null> {
  const noun = nounOf(touch);
  if (OF_CONVERSATIONS.includes(noun) && touch.conversationId !== null) {
    return (await conversationExists(context).load(touch.conversationId)) ? 'NO_LONGER_VISIBLE' : 'DELETED';
  }
  if (context.viewer.kind !== 'CONTACT') return 'DELETED';
  return noun !== 'Prospect' && touch.type.endsWith('.deleted') ? 'DELETED' : null;
}

/** What became of the things that were touched, in the same order; without those that the viewer is not to learn of. */
export async function outcomesOf(context: Context, touches: readonly Touch[]): Promise<Outcome[]> {
  const outcomes = await Promise.all(
    touches.map(async (touch): Promise<Outcome[]> => {
      const node = await findNode(context, nounOf(touch), touch.id);
      // The id of a merged contact leads to another one.
      if (node && node.id === touch.id) return [{ touch, node, reason: null }];
      const reason = await reasonOf(context, touch);
      return reason ? [{ touch, node: null, reason }] : [];
    }),
  );
  return outcomes.flat();
}
