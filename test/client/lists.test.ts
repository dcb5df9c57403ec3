import { expect, it } from 'vitest';
import type { ConversationFilter, List } from '../../client/src/client.js';
import { memoryStorage } from '../../client/src/storage.js';
import {
  ConversationListDocument,
  type ConversationListQuery,
  LiveConversationCountsDocument,
} from '../generated/operations.js';
import { actAtRandom, makeCast } from '../graphql/conversation-changes/support/history.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { useWire } from '../live/support/wire.js';
import { useParley } from '../support/fixtures.js';
import { nodesOf } from '../support/nodes-of.js';
import { startParley, type TestWorkspace } from '../support/parley.js';
import { seededRandom } from '../support/seeded-random.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });

/** What both the client and the query say of a list, by id. */
const shownBy = (list: List) =>
  list
    .rows()
    .map(({ id, subject, status, priority, tags, assigneeId, unreadCount, messageCount, version }) =>
      JSON.stringify({ id, subject, status, priority, tags, assigneeId, unreadCount, messageCount, version }),
    )
    .toSorted();

async function answered(client: TestWorkspace, filter: ConversationFilter): Promise<string[]> {
  const rows: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const read: ConversationListQuery = await client.run(ConversationListDocument, { filter, after });
    for (const { id, subject, status, priority, tags, assignee, unreadCount, messageCount, version } of nodesOf(
      read.conversations,
    )) {
      const assigneeId = assignee?.id ?? null;
      rows.push(
        JSON.stringify({ id, subject, status, priority, tags, assigneeId, unreadCount, messageCount, version }),
      );
    }
    after = read.conversations.pageInfo.endCursor ?? null;
    more = read.conversations.pageInfo.hasNextPage;
  }
  return rows.toSorted();
}

it.each([1, 2, 3])(
  'lists and counts are what the server answers, through cuts, restarts and new clients over the same storage (seed %i)',
  { timeout: 120_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const workspace = await parley.newWorkspace();
    const cast = await makeCast(parley, workspace);
    for (let count = 0; count < 6; count += 1) await actAtRandom(cast, random);
    const filters: ConversationFilter[] = [
      { status: ['OPEN', 'PENDING'] },
      { status: ['CLOSED'] },
      { unassigned: true },
      { tags: ['a'], unread: true },
    ];
    const wire = await useWire(parley);
    const storage = memoryStorage();
    const open = async () => {
      const client = await openClient(cast.anna, wire, { storage });
      const lists = filters.map((filter) => ({ filter, list: client.list(filter) }));
      return { client, lists, counts: client.counts({ tags: ['a'] }) };
    };
    let opened = await open();
    for (let round = 0; round < 6; round += 1) {
      if (round === 3) {
        await opened.client.stop();
        await actAtRandom(cast, random);
        opened = await open();
        expect(opened.lists.map(({ list }) => list.state())).not.toContain('LOADING');
      }
      const { lists } = opened;
      const other = round % 3 === 2 ? await startParley() : null;
      if (other) wire.forwardTo(other.url);
      if (round % 3 !== 1) wire.cut();
      for (let count = 0; count < 4; count += 1) await actAtRandom(cast, random);
      wire.forwardTo(parley.url);
      // The server that the client is at goes away, as for an update.
      await other?.stop();
      for (let count = 0; count < 2; count += 1) await actAtRandom(cast, random);
      for (const { filter, list } of lists) {
        const isRight = async () => JSON.stringify(shownBy(list)) === JSON.stringify(await answered(cast.anna, filter));
        await eventually(isRight, 'the same').catch(async () =>
          expect(shownBy(list), JSON.stringify(filter)).toEqual(await answered(cast.anna, filter)),
        );
      }
    }
    const socket = connect(parley.url, cast.anna.apiKey);
    const counted = listen(socket, LiveConversationCountsDocument, { filter: { tags: ['a'] } });
    const [first] = await counted.until(1);
    counted.stop();
    await socket.dispose();
    await eventually(
      () => JSON.stringify(opened.counts.value()) === JSON.stringify(first?.data?.conversationCounts),
      'counts',
    );
  },
);
