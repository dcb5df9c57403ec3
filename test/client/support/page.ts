// What the pages of test/client/browser.test.ts run: an app as small as can be, over the client of the manual.
import type { Client, Conversation } from '@parley/client';
import { openTab } from '../../../docs/recipes/client-tabs.js';
import { seededRandom } from '../../support/seeded-random.js';

declare global {
  var inbox: typeof app;
}

const TAG = 'browser';
let client: Client | null = null;
let stored: Promise<void>[] = [];

function opened(): Client {
  if (!client) throw new Error('There is no client yet.');
  return client;
}

const app = {
  /** Opens the client of this tab, of the person in its address. */
  start: async (url: string): Promise<void> => {
    const token = async () => {
      const response = await fetch(`/token${location.search}`);
      if (!response.ok) throw new Error('There is no token for now.');
      return response.text();
    };
    client = await openTab({ url, personId: 'somebody', token, random: seededRandom(1), longestWaitMs: 500 });
    client.list({ tags: [TAG] });
  },
  begin: (subjects: string[]): void => {
    for (const subject of subjects) stored.push(opened().createConversation({ subject, tags: [TAG] }).stored);
  },
  /** Does so much at random, as fast as it can, and returns the texts that it sent. */
  act: (name: string, seed: number, count: number): string[] => {
    const random = seededRandom(seed);
    const list = opened().list({ tags: [TAG] });
    const pick = <Thing>(things: readonly Thing[]) => things[Math.floor(random() * things.length)];
    const texts: string[] = [];
    for (let index = 1; index <= count; index += 1) {
      const conversation = pick(list.rows());
      if (!conversation) throw new Error('There is nothing to act on.');
      const text = `${name} ${index}`;
      const chance = random();
      if (chance < 0.5) texts.push(text);
      stored.push(act(conversation, text, chance));
    }
    list.stop();
    return texts;
  },
  /** Waits until all that was written here is stored. */
  stored: async (): Promise<void> => {
    await Promise.all(stored);
    stored = [];
  },
  waiting: (): number => opened().waiting().length,
  /** What this tab shows. */
  look: () => {
    const { state } = opened().status();
    const list = opened().list({ tags: [TAG] });
    const rows = list.rows().map((row) => {
      const thread = threadOf(row.id);
      const sent = thread.messages().filter(({ seq }) => seq !== null);
      const texts = thread.state() === 'LOADED' ? sent.map(({ text, seq }) => `${seq} ${text}`) : null;
      const { id, subject, status, priority, version, messageCount } = row;
      return { id, subject, status, priority, version, messageCount, texts };
    });
    const refused = opened().refused();
    return {
      connection: state,
      list: list.state(),
      rows: rows.sort((one, other) => (one.id < other.id ? -1 : 1)),
      refused: refused.map(({ input, refusal }) => ({
        text: 'text' in input ? input.text : null,
        code: refusal?.code,
      })),
    };
  },
};

const threads = new Map<string, ReturnType<Client['thread']>>();

function threadOf(id: string): ReturnType<Client['thread']> {
  const thread = threads.get(id) ?? opened().thread(id);
  threads.set(id, thread);
  return thread;
}

function act({ id: conversationId, status }: Conversation, text: string, chance: number): Promise<void> {
  if (chance < 0.5) return opened().sendMessage({ conversationId, text }).stored;
  if (chance < 0.7) return opened().updateConversation({ conversationId, subject: text }).stored;
  if (chance < 0.8) return opened().updateConversation({ conversationId, priority: 'HIGH' }).stored;
  if (status === 'CLOSED') return opened().reopenConversation({ conversationId }).stored;
  return opened().closeConversation({ conversationId }).stored;
}

globalThis.inbox = app;
