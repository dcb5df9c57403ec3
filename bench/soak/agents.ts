import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { seededRandom } from '../../test/support/seeded-random.js';
import { type Answer, createPost, dataOf, type Post } from './client.js';
import { SEND, type SoakWorkspace, sentId } from './workspace.js';

/** What agents have done and heard. */
export type Shift = {
  latencies: Record<string, number[]>;
  failures: string[];
  /** The ids of the messages that were sent. */
  sent: Set<string>;
  /** The ids of the messages that each agent has heard of. */
  heard: Set<string>[];
};

const text = (name: string) => readFileSync(`schema/operations/${name}.graphql`, 'utf8');
const INBOX = text('Inbox');
const PAGE = text('ConversationPage');
const READ =
  'mutation ($input: MarkConversationReadInput!) { markConversationRead(input: $input) { __typename ... on Error { message } } }';
const EVENTS = 'subscription { events { type ... on MessageAdded { messageId } } }';
const heardOf = z.object({ events: z.object({ messageId: z.string().optional() }) });

type Honest = { name: string; run: (post: Post, token: string, conversationId: string) => Promise<Answer> };

const inbox: Honest = { name: 'inbox', run: (post, token) => post(token, INBOX) };
const page: Honest = { name: 'conversation', run: (post, token, id) => post(token, PAGE, { id }) };
const send: Honest = {
  name: 'send',
  run: (post, token, conversationId) => post(token, SEND, { input: { conversationId, text: 'It is on its way.' } }),
};
const read: Honest = {
  name: 'mark read',
  run: (post, token, conversationId) => post(token, READ, { input: { conversationId, upToSeq: 5 } }),
};

/** How often agents do what. */
const MIX = [inbox, inbox, inbox, page, page, page, page, send, send, read];

/** Draws honest operations of random agents. */
export function createHonest({ url, agents, conversationIds }: SoakWorkspace, seed: number) {
  const random = seededRandom(seed);
  const post = createPost(url);
  const draw = <T>(all: readonly T[]): T => {
    const drawn = all[Math.floor(random() * all.length)];
    if (drawn === undefined) throw new Error('There is nothing to draw from.');
    return drawn;
  };
  return {
    random,
    /** Does what an agent, or any one, does next. */
    next: async (token = draw(agents)): Promise<Answer & { name: string }> => {
      const { name, run } = draw(MIX);
      return { name, ...(await run(post, token, draw(conversationIds))) };
    },
  };
}

/** Why an honest answer is not what was asked for; null if it is. */
export function failureOf(name: string, answer: Answer): string | null {
  try {
    if (name === 'send') sentId(answer);
    else dataOf(answer);
    return null;
  } catch (error) {
    return `${name}: ${String(error)}`;
  }
}

/** How long all subscriptions may take to start. */
const SETTLE_MS = 3_000;
const HEAR_AT_MOST_MS = 15_000;

/** Lets all agents work until the signal aborts: an operation after each pause, and a subscription all the time. */
export async function workShift(
  workspace: SoakWorkspace,
  { pauseMs, end, onSettled }: { pauseMs: number; end: AbortSignal; onSettled: () => void },
): Promise<Shift> {
  setMaxListeners(0, end);
  const shift: Shift = { latencies: {}, failures: [], sent: new Set(), heard: [] };
  const clients = workspace.agents.map((token) => subscribe(workspace.url, token, shift));
  await sleep(SETTLE_MS);
  onSettled();
  await Promise.all(
    workspace.agents.map(async (token, index) => {
      const honest = createHonest(workspace, index);
      await sleep(honest.random() * pauseMs);
      while (!end.aborted) {
        const answer = await honest.next(token);
        const failure = failureOf(answer.name, answer);
        if (failure) shift.failures.push(failure);
        else if (answer.name === 'send') shift.sent.add(sentId(answer));
        shift.latencies[answer.name] = [...(shift.latencies[answer.name] ?? []), answer.ms];
        await sleep(pauseMs * (0.5 + honest.random()), undefined, { signal: end }).catch(() => undefined);
      }
    }),
  );
  const deadline = performance.now() + HEAR_AT_MOST_MS;
  while (missed(shift) > 0 && performance.now() < deadline) await sleep(100);
  await Promise.all(clients.map((client) => client.dispose()));
  return shift;
}

/** How many messages were not heard of, by all agents together. */
export function missed({ sent, heard }: Shift): number {
  return heard.reduce((sum, ids) => sum + [...sent].filter((id) => !ids.has(id)).length, 0);
}

function subscribe(url: string, token: string, { heard, failures }: Shift) {
  const ids = new Set<string>();
  heard.push(ids);
  const client = createClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { Authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  client.subscribe(
    { query: EVENTS },
    {
      next: ({ data, errors }) => {
        if (errors) failures.push(`subscription: ${JSON.stringify(errors)}`);
        const { messageId } = heardOf.parse(data).events;
        if (messageId !== undefined) ids.add(messageId);
      },
      error: (error) =>
        failures.push(`subscription: ${error instanceof Error ? error.message : JSON.stringify(error)}`),
      complete: () => undefined,
    },
  );
  return client;
}
