import { expect, it, onTestFinished } from 'vitest';
import type { ConversationFilter } from '../../generated/operations.js';
import { eventually } from '../../live/support/listen.js';
import { useParley } from '../../support/fixtures.js';
import type { TestWorkspace } from '../../support/parley.js';
import { seededRandom } from '../../support/seeded-random.js';
import { actAtRandom, type Cast, makeCast } from './support/history.js';
import { compare, type ListClient, openList } from './support/list-client.js';

const HISTORIES = Number(process.env.HISTORIES ?? 3);
const FIRST_SEED = Number(process.env.SEED ?? 1);
const ACTS = 24;

const parley = useParley();

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
    { channelId: channels[0] ?? null },
    { channelType: 'WEBCHAT' },
    { ownerId: anna },
    { botId },
    { assigneeId: botId },
    { prospectId },
    { updatedAt: { gte: new Date(Date.now() + 500).toISOString() } },
    { createdAt: { lt: '2000-01-01T00:00:00Z' } },
    { status: [] },
  ];
}

type Followed = { list: ListClient; client: TestWorkspace; who: string };

it.each(Array.from({ length: HISTORIES }, (_, index) => FIRST_SEED + index))(
  'a client holds exactly what the query answers at every quiet moment, whatever happens and however it is cut (seed %i)',
  async (seed) => {
    const random = seededRandom(seed);
    const cast = await makeCast(parley, await parley.newWorkspace());
    for (let count = 0; count < 4; count += 1) await actAtRandom(cast, random);
    const filters = filtersOf(cast);
    const callers: [who: string, client: TestWorkspace][] = [
      ['key', cast.workspace],
      ['agent', cast.anna],
      ['bot', cast.asBot],
      ['contact', cast.asContact],
    ];
    const open = async (count: number): Promise<Followed[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const [who, client] = callers[Math.floor(random() * callers.length)] ?? ['key', cast.workspace];
          const filter = filters[Math.floor(random() * filters.length)] ?? {};
          return { who, client, list: await openList(parley.url, client, filter) };
        }),
      );
    const [paging, live] = [await open(14), await open(8)];
    for (const { list } of live) {
      list.goLive();
      onTestFinished(list.cut);
    }
    const acts: string[] = [];
    const story = ({ who, list }: Followed) =>
      `seed ${seed}, ${who}, ${JSON.stringify(list.filter)}\n${acts.join('\n')}\n${JSON.stringify(list.applied)}`;
    for (let done = 0; done < ACTS; ) {
      for (let more = 1 + Math.floor(random() * 5); more > 0; more -= 1) {
        acts.push(await actAtRandom(cast, random));
        done += 1;
        const cut = random() < 0.3 ? live[Math.floor(random() * live.length)] : undefined;
        if (cut) {
          await cut.list.cut();
          cut.list.goLive();
        }
      }
      for (const followed of paging) {
        if (random() < 0.5) continue;
        await followed.list.catchUp(1 + Math.floor(random() * 6));
        const { held, read } = await compare(followed.list, followed.client);
        expect(held, story(followed)).toEqual(read);
      }
    }
    for (const followed of [...paging, ...live]) {
      if (paging.includes(followed)) await followed.list.catchUp(100);
      let last: Awaited<ReturnType<typeof compare>> | null = null;
      const isEqual = async () => {
        last = await compare(followed.list, followed.client);
        return JSON.stringify(last.held) === JSON.stringify(last.read);
      };
      await eventually(isEqual, 'equal').catch(() => expect(last?.held, story(followed)).toEqual(last?.read));
    }
    for (const { list } of live) {
      const cursors = list.applied.map((change) => change.cursor);
      expect(new Set(cursors).size).toBe(cursors.length);
    }
  },
  120_000,
);
