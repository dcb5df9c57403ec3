import { getIntrospectionQuery } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { digestRows } from '../support/workspace-rows.js';

const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  await makeConversation(workspace);
});

/** Far more than any of these takes, far less than what it would take without a limit. */
const SECONDS = 5;

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');
const page = 'messages(first: 100) { nodes { text content metadata author { id name } } }';

async function refusalOf(query: string, variables: object = {}) {
  const started = Date.now();
  const { status, body } = await workspace.post(query, variables);
  expect(Date.now() - started).toBeLessThan(SECONDS * 1000);
  expect(status).toBe(200);
  expect(body.data ?? null).toBeNull();
  return body.errors?.[0];
}

describe('an operation gets QUERY_TOO_COMPLEX', () => {
  const nested = (levels: number) =>
    `{ conversations { nodes { ${'contact { conversations { nodes { '.repeat(levels)} id ${'} } } '.repeat(levels)} } } }`;

  it.each([
    ['that nests 16 levels of fields', nested(5)],
    ['that nests ten thousand levels', nested(10_000)],
    ['that nests 100 000 lists in a value', `{ nodes(ids: ${'['.repeat(100_000)}${']'.repeat(100_000)}) { id } }`],
    ['of 1000 aliases', `{ ${times(1_000, (index) => `a${index}: eventCursor`)} }`],
    ['of 40 000 aliases', `{ ${times(40_000, (index) => `a${index}: eventCursor`)} }`],
    ['of 501 fields of one type', `{ viewer { ${times(501, (index) => `a${index}: scopes`)} } }`],
    ['of 60 000 times the same field', `{ ${'eventCursor '.repeat(60_000)} }`],
    ['of a name of 256 characters', `{ ${'a'.repeat(256)}: eventCursor }`],
    ['of 20 000 directives', `{ eventCursor ${'@include(if: true) '.repeat(20_000)} }`],
    ['of 20 000 variables', `query (${times(20_000, (index) => `$a${index}: Int`)}) { eventCursor }`],
    [
      'of large pages in large pages',
      `{ conversations(first: 100) { nodes { ${page} ${page.replace('m', 'b: m')} } } }`,
    ],
    [
      'of fragments that double 25 times',
      `{ ...F0 } ${times(25, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)} fragment F25 on Query { eventCursor }`,
    ],
    [
      'that asks for the schema 200 times',
      `{ ${times(200, (i) => `a${i}: __schema { types { fields { type { fields { name } } } } }`)} }`,
    ],
    [
      'that asks for each type 400 times',
      `{ __schema { types { fields { type { fields { ${times(400, (i) => `a${i}: name`)} } } } } } }`,
    ],
  ])('with %s', async (_what, query) => {
    const error = await refusalOf(query);
    expect(error?.extensions?.code).toBe('QUERY_TOO_COMPLEX');
    expect(error?.message).toMatch(/too large/);
  });

  it('of 100 nodes with a large page each, although it has one root field', async () => {
    const ids = Array.from({ length: 100 }, () => 'conv_01h455vb4pex5vsknk084sn02q');
    const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Conversation { ${page} ${page.replace('m', 'b: m')} } } }`;
    expect((await refusalOf(query, { ids }))?.extensions?.code).toBe('QUERY_TOO_COMPLEX');
    expect((await workspace.post(query, { ids: ids.slice(0, 2) })).body.errors).toBeUndefined();
  });

  it('and executes none of its 300 mutations', async () => {
    const before = await digestRows(parley, workspace);
    const query = `mutation { ${times(300, (i) => `a${i}: createBot(input: { name: "x" }) { __typename ... on CreateBotPayload { bot { id } } }`)} }`;
    expect((await refusalOf(query))?.extensions?.code).toBe('QUERY_TOO_COMPLEX');
    expect(await digestRows(parley, workspace)).toEqual(before);
  });
});

describe('a document is refused quickly', () => {
  it.each([
    ['whose fragment spreads itself', '{ ...A } fragment A on Query { ...A eventCursor }'],
    ['whose fragments spread each other', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
    ['whose fragment named __schema spreads itself', '{ ...__schema } fragment __schema on Query { ...__schema }'],
    [
      'of 1000 fragments in a circle',
      `{ ...F0 } ${times(1_000, (i) => `fragment F${i} on Query { ...F${(i + 1) % 1_000} }`)}`,
    ],
    [
      'whose introspection goes in a circle',
      '{ __schema { types { ...T } } } fragment T on __Type { fields { type { ...T } } }',
    ],
    [
      'whose introspection goes too deep',
      `{ __schema { types { ${'fields { type { '.repeat(9)} name ${'} } '.repeat(9)} } } }`,
    ],
    ['of 2000 conflicting fields', `{ viewer { ${times(2_000, (i) => `a: ${i % 2 ? 'scopes' : '__typename'}`)} } }`],
  ])('with %s', async (_what, query) => {
    const error = await refusalOf(query);
    expect(error?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('a realistic operation', () => {
  it("is answered, such as GraphiQL's introspection and a fragment with any name", async () => {
    const everything = {
      descriptions: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    };
    expect((await workspace.post(getIntrospectionQuery(everything))).body.errors).toBeUndefined();
    for (const name of ['__schema', '__proto__', 'constructor', 'toString']) {
      const { body } = await workspace.post(`{ ...${name} } fragment ${name} on Query { viewer { workspace { id } } }`);
      expect(body).toEqual({ data: { viewer: { workspace: { id: workspace.id } } } });
    }
  });

  it('is answered, such as an inbox of 100 conversations with everything a row shows', async () => {
    const { body } = await workspace.post(`{
      conversations(first: 100) {
        totalCount
        nodes {
          id subject status priority tags unreadCount updatedAt contact { id name avatarUrl } channel { id name type }
          assignee { ... on User { id name } ... on Bot { id name } } lastMessage { id text author { name } }
          participants { id name role actor { id name } }
        }
      }
    }`);
    expect(body.errors).toBeUndefined();
  });
});
