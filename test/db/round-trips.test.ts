import { afterAll, describe, expect, inject, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeBot, makeConversation, makeUser } from '../support/make.js';
import { countRoundTrips } from './support/round-trips.js';

const way = await countRoundTrips(inject('databaseUrl'), 'parley');
const parley = useParley({ databaseUrl: way.url });
const workspace = useWorkspace(parley);
afterAll(() => way.close());

/** How often the server waits for the database to answer a mutation, for its authentication too. */
async function tripsOf(mutation: string, input: object, key?: string): Promise<number> {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  // The first use of a key in a minute is written down.
  await workspace.post('{ __typename }', {}, key);
  way.reset();
  const query = `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename } }`;
  const { body } = await workspace.post(query, { input }, key);
  expect(body).toEqual({ data: { [mutation]: { __typename: `${type}Payload` } } });
  return way.count();
}

describe('a message', () => {
  it('takes 3 round trips to the database from a key', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    expect(await tripsOf('sendMessage', { conversationId, text: 'Hello' })).toBe(3);
  });

  it('takes 4 from a participant, and when it joins', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const { apiKey } = await makeBot(workspace);
    for (const text of ['Hello', 'Anything else?']) {
      expect(await tripsOf('sendMessage', { conversationId, text }, apiKey)).toBe(4);
    }
  });

  it('takes 5 with everything that makes it safe to repeat, and at most 6 when it is repeated', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const { apiKey } = await makeBot(workspace);
    const input = { conversationId, text: 'Hello', clientMessageId: 'client-1', externalId: 'external-1' };
    const repeatable = { ...input, idempotencyKey: 'send-1' };
    expect(await tripsOf('sendMessage', repeatable, apiKey)).toBe(5);
    expect(await tripsOf('sendMessage', repeatable, apiKey)).toBe(6);
    expect(await tripsOf('sendMessage', input, apiKey)).toBe(5);
  });
});

it('what changes a conversation takes 4 round trips, and 7 if somebody joins it', async () => {
  const { id: conversationId } = await makeConversation(workspace, { message: { text: 'Hello' } });
  const { id: assigneeId } = await makeUser(workspace, 'Ada');
  expect(await tripsOf('assignConversation', { conversationId, assigneeId })).toBe(7);
  expect(await tripsOf('markConversationRead', { conversationId })).toBe(4);
  expect(await tripsOf('closeConversation', { conversationId })).toBe(4);
});
