import { assertInterfaceType } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { codesIn, sectionsOf } from './support/tables.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** The codes in the manual's table of what is in `errors`. */
const documented = (sectionsOf('docs/api-conventions.md').get('Errors') ?? [])
  .filter(({ heading }) => heading === 'Code')
  .flatMap(({ rows }) => rows.flatMap(([codes]) => codesIn(codes)));

const post = (body: object | string, headers: HeadersInit = {}): RequestInit => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers,
});
const createContact = (name: string) =>
  `createContact(input: { name: "${name}", idempotencyKey: "one" }) { __typename }`;
const levels = (count: number): string =>
  count === 0 ? '{ id }' : `{ contact { conversations { nodes ${levels(count - 1)} } } }`;
const toUnknown = `subscription { events(conversationId: "${unknownId('Conversation')}") { type } }`;

const requests: [what: string, code: string, status: number, init: RequestInit, query?: string][] = [
  ['no key', 'UNAUTHENTICATED', 401, post({ query: '{ __typename }' }, { authorization: '' })],
  ['malformed JSON', 'BAD_REQUEST', 400, post('{"query":')],
  ['an unknown parameter', 'BAD_REQUEST', 400, post({ query: '{ __typename }', more: 1 })],
  ['the id of a document', 'PERSISTED_QUERY_NOT_SUPPORTED', 400, post({ documentId: `sha256:${'0'.repeat(64)}` })],
  ['the method PUT', 'BAD_REQUEST', 405, { method: 'PUT' }],
  ['a body of text', 'UNSUPPORTED_MEDIA_TYPE', 415, post('{ __typename }', { 'content-type': 'text/plain' })],
  [
    'a type of answer that there is none of',
    'NOT_ACCEPTABLE',
    406,
    post({ query: '{ __typename }' }, { accept: 'text/html' }),
  ],
  [
    'a subscription to be answered as one result',
    'NOT_ACCEPTABLE',
    406,
    post({ query: 'subscription { events { type } }' }, { accept: 'application/json' }),
  ],
  ['a mutation by GET', 'BAD_REQUEST', 405, {}, `mutation { ${createContact('a')} }`],
  ['more than 1 MB', 'REQUEST_ENTITY_TOO_LARGE', 413, post({ query: 'x'.repeat(1_000_000) })],
  [
    'the name of another operation',
    'OPERATION_RESOLUTION_FAILURE',
    400,
    post({ query: '{ __typename }', operationName: 'x' }),
  ],
  ['half a document', 'GRAPHQL_PARSE_FAILED', 200, post({ query: '{ viewer {' })],
  ['an unknown field', 'GRAPHQL_VALIDATION_FAILED', 200, post({ query: '{ nothing }' })],
  ['too many levels', 'QUERY_TOO_COMPLEX', 200, post({ query: `{ conversations { nodes ${levels(6)} } }` })],
  ['a page of no rows', 'BAD_USER_INPUT', 200, post({ query: '{ users(first: 0) { totalCount } }' })],
  ['a malformed id', 'BAD_USER_INPUT', 200, post({ query: '{ conversation(id: "x") { id } }' })],
  ['no value for a variable', 'BAD_USER_INPUT', 400, post({ query: 'query ($id: ID!) { node(id: $id) { id } }' })],
  [
    'an idempotency key for two things',
    'IDEMPOTENCY_CONFLICT',
    200,
    post({ query: `mutation { a: ${createContact('a')} b: ${createContact('b')} }` }),
  ],
  [
    'a subscription to an unknown conversation',
    'NOT_FOUND',
    200,
    post({ query: toUnknown }, { accept: 'text/event-stream' }),
  ],
];

it.each(requests)(
  'a request with %s fails with %s, which the manual lists',
  async (_what, code, status, init, query) => {
    const url = query === undefined ? parley.url : `${parley.url}?query=${encodeURIComponent(query)}`;
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${workspace.apiKey}`,
      ...init.headers,
    };
    const response = await fetch(url, { ...init, headers });
    const [answer = '{}'] = /\{.*\}/.exec(await response.text()) ?? [];
    const { errors = [] } = JSON.parse(answer);
    expect([response.status, errors[0]?.extensions.code]).toEqual([status, code]);
    expect(documented).toContain(code);
  },
);

it('the manual lists no other codes than these and those that no single request causes', () => {
  const others = [
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'FORBIDDEN',
    'CURSOR_EXPIRED',
    'RATE_LIMITED',
    'SERVICE_UNAVAILABLE',
    'RESPONSE_TOO_LARGE',
    // Of servers with trusted documents: test/http/trusted-documents.test.ts.
    'PERSISTED_QUERY_NOT_FOUND',
    'DOCUMENT_NOT_TRUSTED',
    'INTERNAL_SERVER_ERROR',
  ];
  expect(documented.toSorted()).toEqual([...new Set([...requests.map(([, code]) => code), ...others])].toSorted());
});

it('the manual lists every error that mutations return', () => {
  const types = (sectionsOf('docs/api-conventions.md').get('Errors') ?? [])
    .filter(({ heading }) => heading === 'Type')
    .flatMap(({ rows }) => rows.flatMap(([type]) => codesIn(type)));
  const errors = schema.getPossibleTypes(assertInterfaceType(schema.getType('Error')));
  expect(types.toSorted()).toEqual(errors.map(({ name }) => name).toSorted());
});

it.each([
  ['page', '{ conversations(first: 0) { totalCount } }', {}, ['first']],
  ['id', '{ conversation(id: "abc") { id } }', {}, ['id']],
  ['id of a node', '{ node(id: "abc") { id } }', {}, ['id']],
  ['filter', '{ conversations(filter: { contactId: "abc" }) { totalCount } }', {}, ['filter', 'contactId']],
  [
    'string in a variable',
    'query ($after: String) { events(after: $after) { nodes { id } } }',
    { after: '\0' },
    ['after'],
  ],
])('a wrong %s is named in the issues', async (_what, query, variables, path) => {
  const { body } = await workspace.post(query, variables);
  const issues = [{ path, message: expect.any(String) }];
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues } }]);
});
