import {
  type ChangeDetailsFragment,
  type ChangedNodeFragment,
  ChangesDocument,
  LiveChangesDocument,
  type LiveChangesSubscription,
} from '../../../generated/operations.js';
import { connect, listen } from '../../../live/support/listen.js';
import { ask } from '../../../support/act.js';
import type { TestWorkspace } from '../../../support/parley.js';

/** What a client holds that follows the changes from a cursor, and every change that it was sent. */
export type Replica = {
  nodes: Map<string, ChangedNodeFragment>;
  applied: ChangeDetailsFragment[];
  cursor: string;
};

export function replicaFrom(cursor: string): Replica {
  return { nodes: new Map(), applied: [], cursor };
}

/** Applies a change as the manual says: with a conversation goes everything in it. */
function apply(replica: Replica, change: ChangeDetailsFragment): void {
  replica.applied.push(change);
  replica.cursor = change.cursor;
  if (change.__typename === 'NodeUpsert') {
    replica.nodes.set(change.node.id, change.node);
    return;
  }
  if (change.__typename !== 'NodeRemoval') return;
  replica.nodes.delete(change.nodeId);
  for (const node of [...replica.nodes.values()]) {
    if (conversationOf(node) === change.nodeId) replica.nodes.delete(node.id);
  }
}

function conversationOf(node: ChangedNodeFragment): string | null {
  if (node.__typename === 'Participant') return node.conversationId;
  return node.__typename === 'Message' ? node.conversation.id : null;
}

/** Reads pages of changes to the end. Returns how many changes were on each. */
export async function catchUp(client: TestWorkspace, replica: Replica, first = 100): Promise<number[]> {
  const sizes: number[] = [];
  for (let more = true; more; ) {
    const page = await ask(client, ChangesDocument, { after: replica.cursor, first });
    for (const change of page.nodes) apply(replica, change);
    replica.cursor = page.endCursor;
    sizes.push(page.nodes.length);
    more = page.hasNextPage;
  }
  return sizes;
}

/** Follows the changes live from where the replica is, until told to stop. */
export function followChanges(url: string, client: TestWorkspace, replica: Replica) {
  const socket = connect(url, client.apiKey);
  const heard = listen<LiveChangesSubscription, { after: string }>(socket, LiveChangesDocument, {
    after: replica.cursor,
  });
  let taken = 0;
  const take = () => {
    for (const { data } of heard.results.slice(taken)) if (data) apply(replica, data.changes);
    taken = heard.results.length;
  };
  return {
    take,
    ended: heard.ended,
    results: heard.results,
    stop: async () => {
      take();
      heard.stop();
      await socket.dispose();
    },
  };
}
