import { isRequiredArgument } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeEverything } from '../isolation/support/everything.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { introspect } from '../support/root-fields.js';

let conversationId: string;
let contactId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  const { idFor } = await makeEverything(workspace);
  [conversationId, contactId] = [idFor('conversationId'), idFor('contactId')];
  await makeConversation(workspace);
});

const page = '{ totalCount nodes { __typename } pageInfo { startCursor endCursor } }';

const ordersOf = (list: string, fields: string[]) =>
  fields.flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => `${list}(orderBy: { field: ${field}, direction: ${direction} }, ARGS)`),
  );

/** Each list by a name of its own: how to ask for it, with arguments in the place of ARGS. */
async function lists(): Promise<Map<string, string>> {
  const queries = Object.values((await introspect(workspace)).getQueryType()?.getFields() ?? {});
  // Changes are no list: they have nothing to begin with but a cursor.
  const roots = queries
    .filter(({ args }) => args.some((arg) => arg.name === 'after' && !isRequiredArgument(arg)))
    .map(({ name }) => name);
  const orders = [
    ...ordersOf('conversations', ['CREATED_AT', 'UPDATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY']),
    ...ordersOf('prospects', ['CREATED_AT', 'UPDATED_AT']),
  ];
  const ofConversation = ['messages', 'events', 'prospects'].map(
    (name) => [`conversation.${name}`, `conversation(id: "${conversationId}") { ${name}(ARGS) ${page} }`] as const,
  );
  return new Map([
    ...roots
      .filter((name) => !['conversations', 'prospects'].includes(name))
      .map((name) => [name, `${name}(ARGS) ${page}`] as const),
    ...orders.map((order) => [order, `${order} ${page}`] as const),
    ...ofConversation,
    ['contact.conversations', `contact(id: "${contactId}") { conversations(ARGS) ${page} }`],
  ]);
}

async function requestList(list: string, args: string): Promise<{ cursor: string | null; refusal: unknown }> {
  const { body } = await workspace.post(`{ ${list.replace('ARGS', args)} }`);
  const [, cursor = null] = /"endCursor":"([^"]+)"/.exec(JSON.stringify(body.data ?? null)) ?? [];
  return { cursor, refusal: body.errors?.[0]?.extensions ?? null };
}

/** What is said of an argument that is refused. */
const refusing = (name: string) => ({
  code: 'BAD_USER_INPUT',
  path: [name],
  issues: [{ path: [name], message: expect.any(String) }],
});

/** Lists that share their cursors: the same rows in the same order, or parts of one log. */
const sameCursors = [
  new Set(['contact.conversations', 'conversations(orderBy: { field: UPDATED_AT, direction: DESC }, ARGS)']),
  new Set(['events', 'conversation.events']),
  new Set(['messages', 'conversation.messages']),
];

describe('every list', () => {
  it('refuses the cursor of every other list and of every other order', async () => {
    const all = await lists();
    const cursors = new Map<string, string>();
    for (const [name, list] of all) {
      const { cursor, refusal } = await requestList(list, 'first: 1');
      expect(refusal, name).toBeNull();
      if (cursor) cursors.set(name, cursor);
    }
    expect(cursors.size).toBeGreaterThan(14);
    for (const [name, list] of all) {
      for (const [other, cursor] of cursors) {
        if (name === other || sameCursors.some((names) => names.has(name) && names.has(other))) continue;
        const { refusal } = await requestList(list, `after: "${cursor}"`);
        expect(refusal, `${name} with a cursor of ${other}`).toEqual(refusing('after'));
      }
    }
  });

  it('refuses page sizes out of bounds, contradictions and broken cursors, and names the argument', async () => {
    const wrong: [name: string, args: string][] = [
      ['first', 'first: 0'],
      ['first', 'first: -1'],
      ['first', 'first: 101'],
      ['after', 'after: ""'],
      ['after', 'after: "x"'],
      ['last', 'last: 0'],
      ['last', 'last: 101'],
      ['last', 'first: 1, last: 1'],
      ['before', 'before: "x"'],
    ];
    for (const [listName, list] of await lists()) {
      for (const [name, args] of wrong) {
        if (listName === 'events' && /last|before/.test(args)) continue;
        expect((await requestList(list, args)).refusal, `${listName}(${args})`).toEqual(refusing(name));
      }
      expect((await requestList(list, 'first: 100')).refusal).toBeNull();
    }
  });

  it('refuses an offset that is out of bounds or combined with a cursor', async () => {
    const list = `conversations(ARGS) ${page}`;
    const { cursor } = await requestList(list, 'first: 1');
    for (const args of [
      'offset: -1',
      'offset: 10001',
      `offset: 1, after: "${cursor}"`,
      `offset: 0, before: "${cursor}"`,
      'offset: 0, last: 1',
    ]) {
      expect((await requestList(list, args)).refusal).toEqual(refusing('offset'));
    }
    for (const args of ['offset: 0', 'offset: 10000', 'offset: 1, first: 1']) {
      expect((await requestList(list, args)).refusal).toBeNull();
    }
  });
});
