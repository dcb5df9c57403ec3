import { beforeEach, expect, it } from 'vitest';
import { say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContactConversation } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { signInAs } from '../support/token.js';
import { connect, eventually, listen } from './support/listen.js';

const LIMIT = 2;
const parley = useParley({ config: { maxDistinctSubscriptions: LIMIT } });
const workspace = useFreshWorkspace(parley);
let agent: TestWorkspace;
beforeEach(async () => {
  await eventually(() => parley.live.fanOut.size().subscribers === 0, 'the end of earlier subscriptions');
  agent = await signInAs(parley, workspace, 'AGENT');
});

/** A different document for each number, which selects the same events. */
const events = (number: number, args = '') => `subscription { a${number}: events ${args} { type } }`;

const refusal = { errors: [{ extensions: { code: 'RATE_LIMITED' } }] };

/** Subscribes, and waits until the subscription has started. */
async function start(client: ReturnType<typeof connect>, query: string) {
  const { subscribers } = parley.live.fanOut.size();
  const heard = listen(client, query, {});
  await eventually(() => parley.live.fanOut.size().subscribers > subscribers, 'the start of a subscription');
  return heard;
}

it('a caller subscribes with no more different documents than it may, and with equal ones as often as it likes', async () => {
  const [one, other] = [connect(parley.url, agent.apiKey), connect(parley.url, agent.apiKey)];
  const first = await start(one, events(1));
  const second = await start(other, events(2));
  const twin = await start(other, events(1));
  const [refused] = await listen(one, events(3), {}).until(1);
  expect(refused).toMatchObject(refusal);
  expect(refused?.errors?.[0]?.message).toMatch(/^You have 2 different subscriptions to these events open\./);

  const { id } = await makeContactConversation(workspace);
  await say(workspace, id, { text: 'Hello' });
  for (const heard of [first, second, twin]) {
    await eventually(() => JSON.stringify(heard.results).includes('message.added'), 'an event on what is open');
  }

  first.stop();
  await eventually(() => parley.live.fanOut.size().subscribers === 2, 'the end of a subscription');
  expect((await listen(one, events(3), {}).until(1))[0]).toMatchObject(refusal);
  twin.stop();
  await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the end of its twin');
  await start(one, events(3));
  await Promise.all([one.dispose(), other.dispose()]);
});

it('other variables make another subscription, but a cursor in a variable does not', async () => {
  const client = connect(parley.url, agent.apiKey);
  const { body } = await agent.post('{ eventCursor }');
  const query = 'subscription ($types: [String!], $after: String) { events(types: $types, after: $after) { type } }';
  const variables = [{ types: ['message.added'] }, { types: ['message.updated'] }];
  for (const each of [...variables, { ...variables[0], after: body.data?.eventCursor }]) {
    const { subscribers } = parley.live.fanOut.size();
    listen(client, query, each);
    await eventually(() => parley.live.fanOut.size().subscribers > subscribers, 'the start of a subscription');
  }
  const [refused] = await listen(client, query, { types: [] }).until(1);
  expect(refused).toMatchObject(refusal);
  await client.dispose();
});

it('each conversation and each caller counts for itself', async () => {
  const conversations = [await makeContactConversation(workspace), await makeContactConversation(workspace)];
  const client = connect(parley.url, agent.apiKey);
  for (const { id } of conversations) {
    const args = `(conversationId: "${id}")`;
    for (let number = 1; number <= LIMIT; number += 1) await start(client, events(number, args));
    expect((await listen(client, events(3, args), {}).until(1))[0]).toMatchObject(refusal);
  }
  for (let number = 1; number <= LIMIT; number += 1) await start(client, events(number));
  const key = connect(parley.url, workspace.apiKey);
  await start(key, events(3));
  await Promise.all([client.dispose(), key.dispose()]);
});

it('event streams count together with sockets', async () => {
  const client = connect(parley.url, agent.apiKey);
  await start(client, events(1));
  const ended = new AbortController();
  const stream = (number: number) =>
    fetch(parley.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${agent.apiKey}`,
      },
      body: JSON.stringify({ query: events(number) }),
      signal: ended.signal,
    });
  expect((await stream(2)).status).toBe(200);
  await eventually(() => parley.live.fanOut.size().subscribers === 2, 'the start of the stream');
  expect(await (await stream(3)).text()).toContain('"code":"RATE_LIMITED"');
  ended.abort();
  await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the end of the stream');
  await start(client, events(3));
  await client.dispose();
});
