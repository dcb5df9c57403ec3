import { beforeAll, describe, expect, it } from 'vitest';
import { connect, listen } from '../live/support/listen.js';
import { useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeContactConversation, makeConversation } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { introspect, rootFieldsOf } from '../support/root-fields.js';
import { signIn } from '../support/token.js';
import { eventsAfter, headOf } from './support/cursors.js';
import { everyMutation } from './support/every-mutation.js';

let statements = 0;
const parley = useParley({ onStatement: () => (statements += 1) });

type Answer = { __typename: string; cursor?: string };

/** Sends a mutation, and returns what it answers and how many statements that took. */
async function send({ post }: Pick<TestWorkspace, 'post'>, name: string, input: object, selection = 'cursor') {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const query = `mutation ($input: ${type}Input!) { ${name}(input: $input) { __typename ... on ${type}Payload { ${selection} } } }`;
  // The first use of a key in a minute is written down.
  await post('{ __typename }');
  const before = statements;
  const { body } = await post<Record<string, Answer>>(query, { input });
  expect(body).toMatchObject({ data: { [name]: { __typename: `${type}Payload` } } });
  return { cursor: body.data?.[name]?.cursor ?? '', statements: statements - before };
}

it('every mutation is tried below', async () => {
  const fields = rootFieldsOf(await introspect(await parley.newWorkspace()), 0);
  const names = fields.filter(({ kind }) => kind === 'mutation').map(({ name }) => name);
  expect(Object.keys(everyMutation).sort()).toEqual(names.sort());
});

describe('the cursor in a payload', () => {
  /** How many entries there are which are no events. */
  async function countChanges({ id }: TestWorkspace): Promise<number> {
    const [row] = await parley.database.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM "Event" WHERE "workspaceId" = ${uuidOf(id)}::uuid AND "nodeId" IS NOT NULL`;
    return row?.count ?? 0;
  }

  it.each(Object.entries(everyMutation))('of %s is that of the last entry, or the head', async (name, prepare) => {
    const workspace = await parley.newWorkspace();
    const input = await prepare(workspace, parley);
    const before = await headOf(workspace);
    const changes = await countChanges(workspace);
    const { cursor } = await send(workspace, name, input);
    const events = await eventsAfter(workspace, before);
    if ((await countChanges(workspace)) === changes) expect(cursor).toBe(events.at(-1)?.cursor ?? before);
    else expect(cursor).not.toBe(before);
    expect(cursor).toBe(await headOf(workspace));
    // Nothing of it is left for a subscription from there.
    expect(await eventsAfter(workspace, cursor)).toEqual([]);
  });
});

describe('the cursor', () => {
  let workspace: TestWorkspace;
  beforeAll(async () => {
    workspace = await parley.newWorkspace();
  });

  it('is the head where nothing changed, or where the log is empty', async () => {
    const empty = await parley.newWorkspace();
    expect((await send(empty, 'createContact', { name: 'Carla' })).cursor).toBe(await headOf(empty));
    const { id: conversationId } = await makeConversation(workspace);
    const input = { conversationIds: [conversationId], add: ['vip'] };
    const first = await send(workspace, 'tagConversations', input);
    const again = await send(workspace, 'tagConversations', input);
    expect(again.cursor).toBe(first.cursor);
    await makeConversation(workspace);
    expect((await send(workspace, 'tagConversations', input)).cursor).toBe(await headOf(workspace));
  });

  it("is each mutation's own if an operation has several", async () => {
    const before = await headOf(workspace);
    const one = (alias: string) =>
      `${alias}: createConversation(input: {}) { ... on CreateConversationPayload { cursor } }`;
    const { body } = await workspace.post<Record<string, Answer>>(`mutation { ${one('a')} ${one('b')} }`);
    const cursors = (await eventsAfter(workspace, before)).map(({ cursor }) => cursor);
    expect([body.data?.a?.cursor, body.data?.b?.cursor]).toEqual(cursors);
  });

  it('takes no statement where something was logged, nor where it is not selected', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const tag = { conversationIds: [conversationId], add: ['vip'] };
    const bare = await send(workspace, 'sendMessage', { conversationId, text: 'a' }, '__typename');
    const selected = await send(workspace, 'sendMessage', { conversationId, text: 'b' });
    expect(selected.statements).toBe(bare.statements);
    await send(workspace, 'tagConversations', tag);
    const unchanged = await send(workspace, 'tagConversations', tag, '__typename');
    expect((await send(workspace, 'tagConversations', tag)).statements).toBe(unchanged.statements + 1);
  });

  it('lets a subscription start behind the events of the mutation', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const { cursor: after } = await send(workspace, 'sendMessage', { conversationId, text: 'Hello' });
    const client = connect(parley.url, workspace.apiKey);
    const query = 'subscription ($after: String) { events(after: $after) { cursor } }';
    const heard = listen<{ events: { cursor: string } }, { after: string }>(client, query, { after });
    const next = await send(workspace, 'sendMessage', { conversationId, text: 'Still there?' });
    const [first] = await heard.until(1);
    expect(first?.data?.events.cursor).toBe(next.cursor);
    heard.stop();
    await client.dispose();
  });

  it('of a repeated call is that of the first one', async () => {
    const { id: conversationId } = await makeConversation(workspace);
    const input = { conversationId, idempotencyKey: 'key-1' };
    const first = await send(workspace, 'closeConversation', input);
    await makeConversation(workspace);
    expect((await send(workspace, 'closeConversation', input)).cursor).toBe(first.cursor);
  });

  it('is valid for a viewer who cannot see the event', async () => {
    const { id: conversationId, contact } = await makeContactConversation(workspace, { message: { text: 'Hello' } });
    const customer = await signIn(parley, workspace, contact?.id ?? '');
    const before = await headOf(customer);
    const { cursor } = await send(customer, 'markConversationRead', { conversationId });
    expect(await eventsAfter(customer, before)).toEqual([]);
    expect(await eventsAfter(customer, cursor)).toEqual([]);
    expect(cursor).toBe(await headOf(workspace));
  });

  it("of concurrent mutations is that of each one's own event", async () => {
    const before = await headOf(workspace);
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(workspace, 'createConversation', {})));
    const events = (await eventsAfter(workspace, before)).map(({ cursor }) => cursor);
    expect(sent.map(({ cursor }) => cursor).sort()).toEqual(events.sort());
  });
});
