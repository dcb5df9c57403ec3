import { expect, onTestFinished } from 'vitest';
import type { ConversationFilter } from '../../../generated/operations.js';
import { eventually } from '../../../live/support/listen.js';
import type { TestServer, TestWorkspace } from '../../../support/parley.js';
import { type Random, seededRandom } from '../../../support/seeded-random.js';
import { actAtRandom, type Cast, makeCast } from './history.js';
import { compare, type ListClient, openList } from './list-client.js';
import { type ManualList, openManualList } from './manual-list.js';

const ACTS = 24;
const PATIENCE_MS = 60_000;

/** Lists of all kinds. */
function filtersOf({ users, contacts, channels, botId, prospectId }: Cast): ConversationFilter[] {
  const [anna = ''] = users;
  return [
    {},
    { status: ['OPEN', 'PENDING'], assigneeId: anna },
    { status: ['CLOSED'] },
    { status: ['SNOOZED', 'OPEN'], priority: ['HIGH', 'URGENT'] },
    { unassigned: true, status: ['OPEN'] },
    { tags: ['a'] },
    { tags: ['a', 'b'], unassigned: false },
    { unread: true },
    { unread: false, status: ['OPEN'] },
    { participantId: anna },
    { participantId: contacts[1] ?? null },
    { contactId: contacts[0] ?? null },
    { contactId: contacts[1] ?? null, status: ['OPEN'] },
    { contactId: contacts[2] ?? null, assigneeId: anna },
    { channelId: channels[0] ?? null },
    { channelType: 'WEBCHAT' },
    { ownerId: anna },
    { mentionedUserId: anna },
    { mentionedUserId: anna, status: ['OPEN'] },
    { botId },
    { assigneeId: botId },
    { prospectId },
    { updatedAt: { gte: new Date(Date.now() + 500).toISOString() } },
    { createdAt: { lt: '2000-01-01T00:00:00Z' } },
    { status: [] },
  ];
}

/** What may happen besides the acts, by how likely it is at each of them; if it is certain, halfway at the latest. */
export type Fault = { name: string; chance: number; certain?: boolean; happen: () => Promise<void> };

/** Where a history takes place. */
export type World = Pick<TestServer, 'connect'> & {
  workspace: TestWorkspace;
  nextUrl: () => string;
  faults: readonly Fault[];
};

type Followed<List> = { list: List; client: TestWorkspace; who: string };

/** Waits until a list is equal to the query; fails with what it holds and the story of how it came to that. */
async function becomeEqual(compareNow: () => Promise<{ held: object[]; read: object[] }>, story: () => string) {
  let last: { held: object[]; read: object[] } | null = null;
  const isEqual = async () => {
    last = await compareNow();
    return JSON.stringify(last.held) === JSON.stringify(last.read);
  };
  await eventually(isEqual, 'equal', PATIENCE_MS).catch((error: unknown) => {
    if (!last) throw error;
    expect(last.held, story()).toEqual(last.read);
  });
}

async function openLists<List>(
  { nextUrl }: World,
  cast: Cast,
  random: Random,
  count: number,
  open: (nextUrl: () => string, client: TestWorkspace, filter: ConversationFilter) => Promise<List>,
): Promise<Followed<List>[]> {
  const filters = filtersOf(cast);
  const callers: [who: string, client: TestWorkspace][] = [
    ['key', cast.workspace],
    ['agent', cast.anna],
    ['bot', cast.asBot],
    ['contact', cast.asContact],
  ];
  const chosen = Array.from({ length: count }, () => {
    const [who, client] = callers[Math.floor(random() * callers.length)] ?? ['key', cast.workspace];
    return { who, client, filter: filters[Math.floor(random() * filters.length)] ?? {} };
  });
  return Promise.all(
    chosen.map(async ({ who, client, filter }) => ({ who, client, list: await open(nextUrl, client, filter) })),
  );
}

/**
 * Lets things happen at random while lists are followed, by pages or live, whose connections are cut. At every quiet
 * moment each of them must hold what the query answers.
 */
export async function runHistory(world: World, seed: number): Promise<void> {
  const random = seededRandom(seed);
  const cast = await makeCast(world, world.workspace);
  for (let count = 0; count < 4; count += 1) await actAtRandom(cast, random);
  const paging = await openLists(world, cast, random, 14, openList);
  const live = await openLists(world, cast, random, 8, openList);
  const manual = await openLists(world, cast, random, 3, openManualList);
  for (const { list } of live) {
    list.goLive();
    onTestFinished(list.cut);
  }
  for (const { list } of manual) onTestFinished(list.stop);
  const acts: string[] = [];
  const faults: Promise<void>[] = [];
  const story = ({ who, list }: Followed<ListClient | ManualList>) =>
    `seed ${seed}, ${who}, ${JSON.stringify(list.filter)}\n${acts.join('\n')}\n${'applied' in list ? JSON.stringify(list.applied) : 'the client of the manual'}`;
  for (let done = 0; done < ACTS; ) {
    for (let more = 1 + Math.floor(random() * 5); more > 0; more -= 1) {
      for (const { name, chance, certain, happen } of world.faults) {
        const due = certain && done >= ACTS / 2 && !acts.includes(name);
        if (random() >= chance && !due) continue;
        acts.push(name);
        // While the next act is under way.
        const fault = happen();
        fault.catch(() => undefined);
        faults.push(fault);
      }
      acts.push(await actAtRandom(cast, random));
      done += 1;
      const cut = random() < 0.3 ? live[Math.floor(random() * live.length)] : undefined;
      if (cut) {
        await cut.list.cut();
        cut.list.goLive();
      }
      if (random() < 0.1) manual[Math.floor(random() * manual.length)]?.list.cut();
    }
    for (const followed of paging) {
      if (random() < 0.5) continue;
      const first = 1 + Math.floor(random() * 6);
      await becomeEqual(
        async () => {
          await followed.list.catchUp(first);
          return compare(followed.list, followed.client);
        },
        () => story(followed),
      );
    }
  }
  await Promise.all(faults);
  for (const followed of [...paging, ...live]) {
    const isPaging = paging.includes(followed);
    await becomeEqual(
      async () => {
        if (isPaging) await followed.list.catchUp(100);
        return compare(followed.list, followed.client);
      },
      () => story(followed),
    );
  }
  for (const followed of manual) await becomeEqual(followed.list.compare, () => story(followed));
  for (const { list } of live) {
    const cursors = list.applied.map((change) => change.cursor);
    expect(new Set(cursors).size, 'nothing comes twice').toBe(cursors.length);
  }
}
