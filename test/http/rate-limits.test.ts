import { randomUUID } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createRateLimits } from '../../src/http/rate-limits.js';
import { createLog } from '../../src/lib/logger.js';
import { SendMessageDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { signInAs } from '../support/token.js';
import { viewerAs } from '../support/viewer.js';

const LIMIT = 5_000;
const parley = useParley({ config: { rateLimits: { key: 1_000_000, user: LIMIT, contact: LIMIT, sends: 0 } } });
const workspace = useFreshWorkspace(parley);

/** Costs 500 as every operation, 260 for its statement and list, and 6 for each row. */
const LIST = '{ conversations(first: 50) { nodes { id } } }';

const post = (apiKey: string, query: string) =>
  fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
    body: JSON.stringify({ query }),
  });

/** Sends the same operation until it is refused. */
async function exhaust(apiKey: string): Promise<Response> {
  for (let tries = 0; tries < 10; tries += 1) {
    const response = await post(apiKey, LIST);
    if (response.status !== 200) return response;
  }
  throw new Error('The caller was never refused.');
}

describe('a caller that has used up its minute', () => {
  it.each(['CONTACT', 'AGENT'] as const)('gets 429 and when to try again, as a %s', async (role) => {
    const { apiKey } = await signInAs(parley, workspace, role);
    const response = await exhaust(apiKey);
    expect(response.status).toBe(429);
    const retryAfter = Number(response.headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(0);
    expect(retryAfter).toBeLessThanOrEqual(60);
    const { errors } = await response.json();
    expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfter: expect.any(Number) } }]);
    expect(errors[0].message).toMatch(/^You have used up your 5000 points of cost for this minute\./);
  });

  it('is refused over a WebSocket too, which stays open', async () => {
    const { apiKey } = await signInAs(parley, workspace, 'CONTACT');
    const client = createClient({
      url: parley.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${apiKey}` },
      lazyCloseTimeout: 10_000,
    });
    await exhaust(apiKey);
    for (const query of [LIST, 'subscription { events { id } }']) {
      await expect(client.iterate({ query }).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
    }
    await client.dispose();
  });

  it('does not keep another one from anything', async () => {
    const [first, second] = [
      await signInAs(parley, workspace, 'CONTACT'),
      await signInAs(parley, workspace, 'CONTACT'),
    ];
    await exhaust(first.apiKey);
    expect((await post(second.apiKey, LIST)).status).toBe(200);
    expect((await post(workspace.apiKey, LIST)).status).toBe(200);
  });
});

describe('what is left of the minute', () => {
  it('is in the headers and in Query.rateLimit', async () => {
    const { apiKey } = await signInAs(parley, workspace, 'CONTACT');
    const response = await post(apiKey, '{ rateLimit { limit cost remaining resetAt } }');
    const { data } = await response.json();
    const { limit, cost, remaining, resetAt } = data.rateLimit;
    expect({ limit, cost, remaining }).toEqual({ limit: LIMIT, cost: 505, remaining: LIMIT - 505 });
    expect(Date.parse(resetAt)).toBeGreaterThan(Date.now());
    expect(response.headers.get('ratelimit-policy')).toBe(`"cost";q=${LIMIT};w=60`);
    expect(response.headers.get('ratelimit')).toMatch(new RegExp(`^"cost";r=${remaining};t=\\d+$`));
  });

  it('grows smaller by what each operation costs, refused ones included', async () => {
    const { apiKey } = await signInAs(parley, workspace, 'CONTACT');
    const remaining = async (query: string) =>
      Number(/r=(\d+)/.exec((await post(apiKey, query)).headers.get('ratelimit') ?? '')?.[1]);
    const first = await remaining('{ viewer { role } }');
    expect(first).toBe(LIMIT - 502);
    expect(await remaining(`{ ${Array.from({ length: 501 }, (_, i) => `a${i}: eventCursor`).join(' ')} }`)).toBe(
      first - 500,
    );
  });

  it('grows smaller by more for a mutation than for a query of the same size', async () => {
    const { apiKey } = await signInAs(parley, workspace, 'AGENT');
    const response = await post(apiKey, 'mutation { createContact(input: { name: "Ada" }) { __typename } }');
    expect(response.headers.get('ratelimit')).toContain(`r=${LIMIT - 3_501};`);
  });

  it('is that of the key where a key asks', async () => {
    const response = await post(workspace.apiKey, '{ rateLimit { limit } }');
    expect((await response.json()).data.rateLimit).toEqual({ limit: 1_000_000 });
  });
});

describe('work that no field of an operation stands for', () => {
  const fields = (count: number, field: string) => Array.from({ length: count }, (_, i) => `a${i}: ${field}`).join(' ');
  let sent = 0;
  /** A document that was never sent before. */
  const fresh = (field: string) => `query Q${sent++} { ${fields(1_500, field)} }`;
  const requests = {
    'a large document that is not valid': () => ({ query: fresh('unknown') }),
    'a large document that is too complex': () => ({ query: fresh('eventCursor') }),
    'variables that are refused': () => ({ query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: {} }),
    'a large body': () => ({ query: `{ viewer { role } } # ${'-'.repeat(300_000)}` }),
  };

  it.each(Object.entries(requests))('is taken from the minute of who sends %s', async (_, request) => {
    const { apiKey } = await signInAs(parley, workspace, 'CONTACT');
    const send = () =>
      fetch(parley.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify(request()),
      });
    expect((await send()).status).not.toBe(429);
    const later = [await send(), await send()].map(({ status }) => status);
    expect(later).toContain(429);
  });

  it('is taken over a WebSocket too', async () => {
    const { apiKey } = await signInAs(parley, workspace, 'CONTACT');
    const client = createClient({
      url: parley.url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${apiKey}` },
      lazyCloseTimeout: 10_000,
    });
    const codes = [];
    for (let count = 0; count < 3; count += 1) {
      const errors = await client
        .iterate({ query: fresh('unknown') })
        .next()
        .then(
          () => [],
          (refusal: { extensions?: { code?: string } }[]) => refusal,
        );
      codes.push(errors[0]?.extensions?.code);
    }
    expect(codes[0]).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    await client.dispose();
  });

  it('is the length of an answer too', async () => {
    const { apiKey } = await signInAs(parley, workspace, 'AGENT');
    const conversation = await makeConversation(workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: conversation.id, text: 'a'.repeat(60_000) });
    const query = `{ conversation(id: "${conversation.id}") { messages(first: 1) { nodes { ${fields(100, 'text')} } } } }`;
    expect((await post(apiKey, query)).status).toBe(200);
    expect((await post(apiKey, query)).status).toBe(429);
  });
});

it('a caller of one workspace uses up nothing of one with the same id in another, as imports keep ids', async () => {
  const limits = { key: 100, user: 100, contact: 100, sends: 1 };
  const { take, takeSends, refusal, close } = createRateLimits(limits, {
    redisUrl: undefined,
    log: createLog('silent'),
    clock: () => new Date(),
  });
  const [id, one, other] = [randomUUID(), randomUUID(), randomUUID()];
  const [here, there] = [viewerAs('CONTACT', one, id), viewerAs('CONTACT', other, id)];
  await expect(take(here, 101)).rejects.toThrow('You have used up');
  expect(refusal(here)?.message).toMatch(/^You have used up/);
  expect(refusal(there)).toBeNull();
  expect(await take(there, 100)).toMatchObject({ remaining: 0 });
  await takeSends(here, 1);
  await takeSends(there, 1);
  await close();
});
