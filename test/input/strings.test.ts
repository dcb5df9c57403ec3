import { beforeAll, describe, expect, it } from 'vitest';
import { SendMessageDocument, UpdateConversationDocument } from '../generated/operations.js';
import { failWith } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { expectType } from '../support/parley.js';
import { digestRows } from '../support/workspace-rows.js';

let conversationId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  conversationId = (await makeConversation(workspace, { metadata: { a: 'x'.repeat(8_000) } })).id;
});

const createContact = 'mutation ($input: CreateContactInput!) { createContact(input: $input) { __typename } }';
const sendMessage = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
const refusal = 'A string must not hold a NUL character or half of a surrogate pair.';

const ill: [what: string, text: string][] = [
  ['NUL', 'a\0b'],
  ['the first half of a surrogate pair', 'a\ud83d'],
  ['the second half of a surrogate pair', '\ude00b'],
  ['a surrogate pair the wrong way round', '\ude00\ud83d'],
];

describe('a string that PostgreSQL cannot store', () => {
  it.each(ill)('is refused with its path anywhere in the variables: %s', async (_what, text) => {
    const before = await digestRows(parley, workspace);
    const cases: [query: string, variables: object, path: string[]][] = [
      [createContact, { input: { name: text } }, ['input', 'name']],
      [createContact, { input: { name: 'x', tags: ['a', text] } }, ['input', 'tags', '1']],
      [createContact, { input: { name: 'x', metadata: { [text]: 1 } } }, ['input', 'metadata']],
      [createContact, { input: { name: 'x', metadata: { a: [{ b: text }] } } }, ['input', 'metadata', 'a', '0', 'b']],
      [sendMessage, { input: { conversationId, text } }, ['input', 'text']],
      [sendMessage, { input: { conversationId, content: { text } } }, ['input', 'content', 'text']],
      [sendMessage, { input: { conversationId: text, text: 'x' } }, ['input', 'conversationId']],
      ['query ($id: ID!) { node(id: $id) { id } }', { id: text }, ['id']],
      ['query ($after: String) { conversations(after: $after) { totalCount } }', { after: text }, ['after']],
    ];
    for (const [query, variables, path] of cases) {
      const { status, body } = await workspace.post(query, variables);
      expect(status).toBe(200);
      const issues = [{ path, message: refusal }];
      expect(body).toEqual({ errors: [{ message: refusal, extensions: { code: 'BAD_USER_INPUT', path, issues } }] });
    }
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it.each([
    ['an escape in a string', String.raw`mutation { createBot(input: { name: "a\u0000b" }) { __typename } }`],
    ['the character itself', 'mutation { createBot(input: { name: "a\0b" }) { __typename } }'],
    ['a block string', 'mutation { createBot(input: { name: """a\0b""" }) { __typename } }'],
    [
      'a literal of JSON',
      String.raw`mutation { createContact(input: { name: "x", metadata: { a: ["\u0000"] } }) { __typename } }`,
    ],
  ])('is refused with its location in the document: %s', async (_what, query) => {
    const before = await digestRows(parley, workspace);
    const { body } = await workspace.post(query);
    expect(body.errors?.[0]).toMatchObject({
      message: expect.stringContaining(refusal),
      locations: [{ line: 1 }],
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(body.data).toBeUndefined();
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it.each([
    String.raw`mutation { createBot(input: { name: "\uD83D" }) { __typename } }`,
    'mutation { createBot(input: { name: "\ud83d" }) { __typename } }',
  ])('is a syntax error if it is half of a surrogate pair: %j', async (query) => {
    const { body } = await workspace.post(query);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }] });
  });
});

describe('any other string', () => {
  it.each([
    ['emoji, combining marks and right-to-left text', '👩‍👩‍👧‍👦 é ‮שלום‬ \u202e'],
    ['control characters', '\u0001\u0007\u001b[31m\u007f\u0085'],
    ['SQL', `'; DROP TABLE "Message"; -- $1 \\ %s`],
    ['the last code points', '\ufffe\uffff\u{10ffff}'],
    ['64 KB to the byte', 'ä'.repeat(32_768)],
  ])('is stored unchanged: %s', async (_what, text) => {
    const metadata = {
      [text.slice(0, 200)]: text.slice(0, 2_000),
      nested: { list: [text.slice(0, 2_000), null, 1.5e300] },
    };
    const answer = await workspace.run(SendMessageDocument, { input: { conversationId, text, metadata } });
    const {
      messageEdge: { node: message },
    } = expectType(answer.sendMessage, 'SendMessagePayload');
    expect(message.text).toBe(text);
    expect(message.content).toEqual({ type: 'text', text });
    expect(message.metadata).toEqual(metadata);
  });
});

describe('a JSON value', () => {
  const objects = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  const lists = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  /** Creates a contact with metadata that is given as JSON text. */
  async function create(metadata: string): Promise<unknown> {
    const response = await fetch(parley.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
      body: `{"query":${JSON.stringify(createContact)},"variables":{"input":{"name":"x","metadata":${metadata}}}}`,
    });
    return response.json();
  }

  it('is stored up to 50 levels deep, and refused without recursion if much deeper', async () => {
    expect(await create(objects(50))).toEqual({ data: { createContact: { __typename: 'CreateContactPayload' } } });
    const before = await digestRows(parley, workspace);
    for (const metadata of [objects(65), objects(100_000), lists(65), lists(400_000)]) {
      const path = ['input', 'metadata', 'a'];
      const message = 'JSON must nest at most 64 levels.';
      const extensions = { code: 'BAD_USER_INPUT', path, issues: [{ path, message }] };
      expect(await create(metadata)).toEqual({ errors: [{ message, extensions }] });
    }
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it.each([
    ['a number that no float holds', '{"a":1e999}', ['input', 'metadata', 'a']],
    ['the key __proto__', '{"__proto__":{"admin":true}}', ['input', 'metadata']],
    ['the key __proto__ further in', '{"a":{"__proto__":1}}', ['input', 'metadata', 'a']],
  ])('is refused rather than stored with changes: %s', async (_what, metadata, path) => {
    expect(await create(metadata)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', path } }] });
  });

  it('of more than 16 KB is refused, even if it gets there by merging', async () => {
    const before = await digestRows(parley, workspace);
    expect(
      (
        await failWith(workspace, 'ValidationError', UpdateConversationDocument, {
          conversationId,
          metadata: { b: 'x'.repeat(8_400) },
        })
      ).issues,
    ).toEqual([{ path: ['metadata'], message: 'Must have at most 16 KB.' }]);
    expect(await digestRows(parley, workspace)).toEqual(before);
  });
});
