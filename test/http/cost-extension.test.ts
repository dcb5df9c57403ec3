import { describe, expect, it } from 'vitest';
import { connect } from '../live/support/listen.js';
import { say } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact, makeConversation, makeUser } from '../support/make.js';
import { signIn, signInAs } from '../support/token.js';

const parley = useParley({ config: { rateLimits: { key: 0, user: 100_000, contact: 100_000, sends: 0 } } });
const workspace = useWorkspace(parley);

const QUERY = '{ contacts(first: 2) { nodes { id } } }';
/** 500 as every operation, 260 for its statement and list, 5 for each row, and 1 for each field of a row. */
const PRICE = 500 + 260 + 2 * (5 + 1);
const extensions = { cost: true };

async function ask(body: object, key = workspace.apiKey) {
  const response = await fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  return response.json();
}

describe('extensions.cost', () => {
  it('tells what an operation takes from the minute, what it resolved, and what is left', async () => {
    const { apiKey } = await signIn(parley, workspace, (await makeContact(workspace)).id);
    const { data, extensions: answered } = await ask({ query: '{ viewer { role } }', extensions }, apiKey);
    expect(data).toEqual({ viewer: { role: null } });
    expect(answered.cost).toMatchObject({ requested: 502, fields: 2, bytes: expect.any(Number) });
    expect(answered.cost.rateLimit).toMatchObject({ limit: 100_000, remaining: 100_000 - 502 });
    expect(Date.parse(answered.cost.rateLimit.resetAt)).toBeGreaterThan(Date.now());
  });

  it('counts the rows that there are, and has no rate limit where the caller has none', async () => {
    const { contacts } = (await ask({ query: '{ contacts { totalCount } }' })).data;
    await makeContact(workspace);
    const { extensions: answered } = await ask({ query: QUERY, extensions });
    const rows = Math.min(2, contacts.totalCount + 1);
    expect(answered.cost).toMatchObject({ requested: PRICE, fields: 2 + rows, rateLimit: null });
  });

  it('grows with lists that turn out longer than assumed', async () => {
    const participants = await Promise.all(
      Array.from({ length: 30 }, (_, index) => makeUser(workspace, `User ${index}`)),
    );
    const { id } = await makeConversation(workspace, { participantIds: participants.map((user) => user.id) });
    const { apiKey } = await signInAs(parley, workspace, 'OWNER');
    const names = Array.from({ length: 70 }, (_, index) => `name${index}: name`).join(' ');
    const query = `{ conversation(id: "${id}") { participants { ${names} } } }`;
    const { extensions: answered } = await ask({ query, extensions }, apiKey);
    const fields = 2 + 30 * 70;
    expect(answered.cost).toMatchObject({ requested: fields, fields, rateLimit: { remaining: 100_000 - fields } });
  });

  it('grows with an answer that is large for its fields', async () => {
    const { id } = await makeConversation(workspace);
    for (let count = 0; count < 5; count += 1) await say(workspace, id, { text: 'x'.repeat(28_000) });
    const { apiKey } = await signInAs(parley, workspace, 'OWNER');
    const query = `{ conversation(id: "${id}") { messages(last: 5) { nodes { text } } } }`;
    const { extensions: answered } = await ask({ query, extensions }, apiKey);
    const requested = Math.floor(answered.cost.bytes / 64);
    expect(answered.cost.bytes).toBeGreaterThan(5 * 28_000);
    expect(answered.cost).toMatchObject({ requested, rateLimit: { remaining: 100_000 - requested } });
  });

  it('is in the result of a refused operation too', async () => {
    const query = `{ ${Array.from({ length: 501 }, (_, index) => `a${index}: eventCursor`).join(' ')} }`;
    const { errors, extensions: answered } = await ask({ query, extensions });
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
    expect(answered.cost).toEqual({ requested: 500, fields: 0, bytes: 0, statements: 0, rateLimit: null });
  });

  it('is there over GET and over a WebSocket', async () => {
    const url = `${parley.url}?${new URLSearchParams({ query: QUERY, extensions: JSON.stringify(extensions) })}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${workspace.apiKey}` } });
    expect((await response.json()).extensions.cost.requested).toBe(PRICE);
    const client = connect(parley.url, workspace.apiKey);
    const { value } = await client.iterate({ query: QUERY, extensions }).next();
    expect(value?.extensions?.cost).toMatchObject({ requested: PRICE, rateLimit: null });
    await client.dispose();
  });

  it.each([undefined, null, {}, { cost: false }, { cost: 'true' }])(
    'is left out if the extensions are %j',
    async (given) => {
      expect(await ask({ query: QUERY, extensions: given })).not.toHaveProperty('extensions');
    },
  );
});
