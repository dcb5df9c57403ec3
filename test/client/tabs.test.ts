import { expect, it } from 'vitest';
import type { Client, ClientOptions } from '../../client/src/client.js';
import { CloseConversationDocument } from '../generated/operations.js';
import { eventually } from '../live/support/listen.js';
import { useWire, type Wire } from '../live/support/wire.js';
import { succeed } from '../support/act.js';
import { messagesOf, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { seededRandom } from '../support/seeded-random.js';
import { type Tab, useBrowser } from './support/browser.js';
import { openClient } from './support/open-client.js';

const parley = useParley({ quietMs: 200 });
const workspace = useFreshWorkspace(parley);

const OPEN = { status: ['OPEN' as const] };

type OpenTab = Tab & { client: Client; wire: Wire };

/** Tabs of a browser of its own, whose clients share a storage. */
function useTabs() {
  const browser = useBrowser(`parley:${workspace.id}`);
  return async (options: Partial<ClientOptions> = {}): Promise<OpenTab> => {
    const tab = await browser.openTab();
    const wire = await useWire(parley);
    const client = await openClient(workspace, wire, { storage: tab.storage, ...options });
    const kill = () => {
      tab.kill();
      // What it still sends comes from nobody.
      wire.forwardTo(NOWHERE);
      wire.cut();
    };
    return { ...tab, client, wire, kill };
  };
}

/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1/graphql';

function unplug(tabs: OpenTab[]): void {
  for (const { wire } of tabs) {
    wire.forwardTo(NOWHERE);
    wire.cut();
  }
}

const sockets = ({ wire }: OpenTab) => wire.received().split('"connection_ack"').length - 1;
const textsOf = async (id: string) => nodesOf(await messagesOf(workspace, id)).map(({ text, seq }) => `${seq} ${text}`);
const leaderOf = (tabs: OpenTab[]) => {
  const leader = tabs.find((tab) => tab.leads());
  if (!leader) throw new Error('No tab leads.');
  return leader;
};

it('tabs share one connection, and show and write the same', async () => {
  const { id } = await makeConversation(workspace, { subject: 'First' });
  for (let count = 1; count <= 60; count += 1) await say(workspace, id, { text: `${count}` });
  const openTab = useTabs();
  const tabs = [await openTab(), await openTab(), await openTab()];
  const views = tabs.map(({ client }) => ({
    list: client.list(OPEN),
    thread: client.thread(id),
    counts: client.counts(),
  }));
  const look = ({ list, thread, counts }: (typeof views)[number], index: number) => ({
    status: tabs[index]?.client.status(),
    list: [list.state(), list.rows()],
    thread: [thread.state(), thread.messages(), thread.hasOlder()],
    counts: counts.value(),
    waiting: tabs[index]?.client.waiting(),
    refused: tabs[index]?.client.refused(),
  });
  const areSame = () => new Set(views.map((view, index) => JSON.stringify(look(view, index)))).size === 1;
  const [first, second, third] = views;
  const isThere = () => second?.list.state() === 'LIVE' && second.thread.state() === 'LOADED';
  await eventually(() => isThere() && second?.counts.value()?.open === 1 && areSame(), 'the same');
  expect(tabs.map(({ client }) => client.status())).toEqual(Array(3).fill({ state: 'LIVE', transport: 'WEBSOCKET' }));
  expect([second?.thread.messages().length, second?.thread.hasOlder()]).toEqual([50, true]);
  await second?.thread.loadOlder();
  await eventually(() => third?.thread.messages().length === 60 && areSame(), 'the older ones');

  const index = tabs.findIndex((tab) => !tab.leads());
  const other = tabs[index];
  const written = other?.client.createConversation({ subject: 'Second' });
  const shownIn = (list = first?.list) => list?.rows().map(({ subject }) => subject);
  // Of its own tab at once.
  expect(shownIn(views[index]?.list)).toContain('Second');
  await written?.stored;
  await eventually(() => shownIn()?.includes('Second') === true && areSame(), 'in all tabs');
  await eventually(() => tabs.every(({ client }) => client.waiting().length === 0) && areSame(), 'the answer');

  other?.client.snoozeConversation({ conversationId: id, until: '2000-01-01T00:00:00Z' });
  await eventually(() => tabs.every(({ client }) => client.refused().length === 1) && areSame(), 'the refusal');
  const [refused] = tabs[2]?.client.refused() ?? [];
  expect(refused?.refusal?.code).toBe('VALIDATION_FAILED');
  tabs[2]?.client.dismiss(refused?.id ?? '');
  expect(tabs[2]?.client.refused()).toEqual([]);
  await eventually(() => tabs.every(({ client }) => client.refused().length === 0) && areSame(), 'nothing refused');

  await succeed(workspace, CloseConversationDocument, { conversationId: id });
  await eventually(() => shownIn()?.join() === 'Second' && areSame(), 'the closing');
  expect(tabs.map(sockets).toSorted()).toEqual([0, 0, 1]);
});

it('a list is followed as long as any tab shows it', async () => {
  const openTab = useTabs();
  const [one, other] = [await openTab(), await openTab()];
  const [list, same] = [one.client.list(OPEN), other.client.list(OPEN)];
  await eventually(() => list.state() === 'LIVE' && same.state() === 'LIVE', 'the list');
  list.forget();
  await makeConversation(workspace, { subject: 'Comes' });
  await eventually(() => same.rows().length === 1, 'the conversation');
  expect(same.state()).toBe('LIVE');
  other.kill();
  await eventually(() => list.state() === 'BEHIND', 'the end of what nobody shows');
});

it('what tabs write while those that lead are killed is stored once, and lists go on', {
  timeout: 90_000,
}, async () => {
  const random = seededRandom(4);
  const openTab = useTabs();
  const conversations = [await makeConversation(workspace), await makeConversation(workspace)];
  let tabs = [await openTab(), await openTab(), await openTab()];
  /** What must be there: the rest was written by a tab that ended before it was told that it is stored. */
  const promised: string[] = [];
  const written: string[] = [];
  for (let life = 1; life <= 3; life += 1) {
    const lists = tabs.map(({ client }) => client.list(OPEN));
    const stored: Promise<void>[] = [];
    const leader = leaderOf(tabs);
    const before = promised.length;
    for (let count = 1; count <= 4; count += 1) {
      for (const [index, { client, leads }] of tabs.entries()) {
        for (const { id: conversationId } of conversations) {
          const text = `${conversationId} ${life} ${index} ${count}`;
          written.push(text);
          const isStored = client.sendMessage({ conversationId, text }).stored;
          const promises = isStored.then(() => void promised.push(text));
          if (leads()) promises.catch(() => {});
          else stored.push(promises);
        }
      }
    }
    // With some stored, some not, and some sent.
    const few = Math.floor(random() * 12);
    await eventually(() => promised.length >= before + few, 'some');
    leader.kill();
    tabs = tabs.filter((tab) => tab !== leader);
    await Promise.all(stored);
    await eventually(() => tabs.every(({ client }) => client.waiting().length === 0), 'all is sent', 60_000);
    const came = await makeConversation(workspace);
    await eventually(
      () => lists.filter((list) => list.rows().some(({ id }) => id === came.id)).length >= tabs.length,
      'lists',
    );
    tabs.push(await openTab());
  }
  expect(tabs.flatMap(({ client }) => client.refused())).toEqual([]);
  const { length } = written;
  expect(promised.length).toBeGreaterThanOrEqual((length * 2) / 3);
  const texts: (string | null | undefined)[] = [];
  for (const { id } of conversations) texts.push(...nodesOf(await messagesOf(workspace, id)).map(({ text }) => text));
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.filter((text) => !written.includes(text ?? ''))).toEqual([]);
  expect(promised.filter((text) => !texts.includes(text))).toEqual([]);
});

it('a tab that leads and is frozen is forced out, and goes on as any other when it wakes', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const openTab = useTabs();
  const frozen = await openTab({ silenceMs: 50 });
  const others = [await openTab({ silenceMs: 50 }), await openTab({ silenceMs: 50 })];
  expect(frozen.leads()).toBe(true);
  const threads = [frozen, ...others].map(({ client }) => client.thread(conversationId));
  await eventually(() => threads.every((thread) => thread.state() === 'LOADED'), 'the thread');
  frozen.freeze();
  const asleep = frozen.client.sendMessage({ conversationId, text: 'Written in the last moment' });
  const awake = others.map(({ client }, index) => client.sendMessage({ conversationId, text: `Awake ${index}` }));
  await Promise.all(awake.map(({ stored }) => stored));
  expect(frozen.leads()).toBe(false);
  await eventually(() => others.every(({ client }) => client.waiting().length === 0), 'what was written');
  frozen.thaw();
  await asleep.stored;
  await eventually(
    () => threads.every((thread) => thread.messages().filter(({ seq }) => seq !== null).length === 3),
    'all',
  );
  expect((await textsOf(conversationId)).map((text) => text.replace(/^\d /, '')).toSorted()).toEqual([
    'Awake 0',
    'Awake 1',
    'Written in the last moment',
  ]);
});

it('a tab that has missed what the others said catches up', async () => {
  const openTab = useTabs();
  const [leader, tab] = [await openTab(), await openTab({ silenceMs: 60_000 })];
  const [leaders, list] = [leader.client.list(OPEN), tab.client.list(OPEN)];
  await eventually(() => list.state() === 'LIVE', 'the list');
  tab.setHearing(false);
  await makeConversation(workspace);
  await eventually(() => leaders.rows().length === 1, 'what one misses');
  const { stored } = tab.client.createConversation({ subject: 'Unheard' });
  await eventually(() => leaders.rows().length === 2, 'what one says');
  expect(list.rows()).toHaveLength(1);
  tab.setHearing(true);
  await makeConversation(workspace);
  await eventually(() => list.rows().length === 3, 'all');
  await stored;
});

it('signing out in one tab signs out all, and erases what they held', async () => {
  const { id: conversationId } = await makeConversation(workspace, { subject: 'Secret' });
  const openTab = useTabs();
  const tabs = [await openTab(), await openTab(), await openTab()];
  const lists = tabs.map(({ client }) => client.list({}));
  await eventually(() => lists.every((list) => list.rows().length === 1), 'the copy');
  unplug(tabs);
  await tabs[0]?.client.sendMessage({ conversationId, text: 'Waits' }).stored;
  const follower = tabs.find((tab) => !tab.leads());
  await follower?.client.signOut();
  await eventually(() => tabs.every(({ client }) => client.status().state === 'ENDED'), 'the end');
  expect(lists.flatMap((list) => list.rows())).toEqual([]);
  expect(tabs.map(({ client }) => client.status())).toMatchObject(
    tabs.map((tab) => ({ kind: tab === follower ? 'STOPPED' : 'SIGNED_OUT' })),
  );
  for (const { client } of tabs) {
    await expect(client.sendMessage({ conversationId, text: 'Too late' }).stored).rejects.toThrow();
    expect(client.waiting()).toEqual([]);
  }
  const next = await openTab();
  expect([next.client.list({}).rows(), next.client.waiting()]).toEqual([[], []]);
});

it('when nobody is signed in, the next client that is has all tabs go on', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const openTab = useTabs();
  let token: string | null = null;
  const options = { token: () => token };
  const tabs = [await openTab(options), await openTab(options)];
  const lists = tabs.map(({ client }) => client.list({}));
  await eventually(() => tabs.every(({ client }) => client.status().state === 'ENDED'), 'the end');
  expect(tabs[1]?.client.status()).toMatchObject({ kind: 'SIGNED_OUT' });
  await tabs[1]?.client.sendMessage({ conversationId, text: 'Waits' }).stored;
  token = workspace.apiKey;
  await openTab(options);
  await eventually(() => lists.every((list) => list.state() === 'LIVE' && list.rows().length === 1), 'the lists');
  await eventually(async () => (await textsOf(conversationId)).length === 1, 'what waited');
});

it('what a tab that stops has stored is sent by the next', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const openTab = useTabs();
  const [first, second] = [await openTab(), await openTab()];
  const list = second.client.list({});
  await eventually(() => list.state() === 'LIVE', 'the list');
  unplug([first, second]);
  await first.client.sendMessage({ conversationId, text: 'Waits' }).stored;
  await first.client.stop();
  await eventually(second.leads, 'another leads');
  expect(second.client.waiting()).toHaveLength(1);
  second.wire.forwardTo(parley.url);
  await eventually(() => second.client.waiting().length === 0 && list.rows()[0]?.messageCount === 1, 'the message');
  expect(await textsOf(conversationId)).toEqual(['1 Waits']);
});
