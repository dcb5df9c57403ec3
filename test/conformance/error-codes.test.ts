import { expect, it } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { codesIn, sectionsOf } from './support/tables.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** The codes of the README's table of what is in `errors`. */
const documented = (sectionsOf('README.md').get('Errors') ?? [])
  .filter(({ heading }) => heading === 'code')
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
const toNobody = `subscription { events(conversationId: "${unknownId('Conversation')}") { type } }`;

const requests: [what: string, code: string, status: number, init: RequestInit, query?: string][] = [
  ['no key', 'UNAUTHENTICATED', 401, post({ query: '{ __typename }' }, { authorization: '' })],
  ['no JSON', 'BAD_REQUEST', 400, post('{"query":')],
  ['a parameter that is none', 'BAD_REQUEST', 400, post({ query: '{ __typename }', more: 1 })],
  ['the method PUT', 'BAD_REQUEST', 405, { method: 'PUT' }],
  ['a mutation by GET', 'BAD_REQUEST', 405, {}, `mutation { ${createContact('a')} }`],
  ['more than 1 MB', 'REQUEST_ENTITY_TOO_LARGE', 413, post({ query: 'x'.repeat(1_000_000) })],
  [
    'the name of another operation',
    'OPERATION_RESOLUTION_FAILURE',
    400,
    post({ query: '{ __typename }', operationName: 'x' }),
  ],
  ['half a document', 'GRAPHQL_PARSE_FAILED', 200, post({ query: '{ viewer {' })],
  ['a field that is not there', 'GRAPHQL_VALIDATION_FAILED', 200, post({ query: '{ nothing }' })],
  ['too many levels', 'QUERY_TOO_COMPLEX', 200, post({ query: `{ conversations { nodes ${levels(6)} } }` })],
  ['a page of none', 'BAD_USER_INPUT', 200, post({ query: '{ users(first: 0) { totalCount } }' })],
  ['an id that is none', 'BAD_USER_INPUT', 200, post({ query: '{ conversation(id: "x") { id } }' })],
  ['no value for a variable', 'BAD_USER_INPUT', 400, post({ query: 'query ($id: ID!) { node(id: $id) { id } }' })],
  [
    'an idempotency key for two things',
    'IDEMPOTENCY_CONFLICT',
    200,
    post({ query: `mutation { a: ${createContact('a')} b: ${createContact('b')} }` }),
  ],
  ['a subscription to what is not there', 'NOT_FOUND', 200, post({ query: toNobody }, { accept: 'text/event-stream' })],
];

it.each(requests)(
  'a request with %s is answered %s, which the README has',
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

it('the README has no other codes but those that take more than a request', () => {
  const others = [
    'IDENTITY_PROVIDER_UNAVAILABLE',
    'FORBIDDEN',
    'CURSOR_EXPIRED',
    'RATE_LIMITED',
    'INTERNAL_SERVER_ERROR',
  ];
  expect(documented.toSorted()).toEqual([...new Set([...requests.map(([, code]) => code), ...others])].toSorted());
});

it.each([
  ['a page', '{ conversations(first: 0) { totalCount } }', {}, ['first']],
  ['an id', '{ conversation(id: "abc") { id } }', {}, ['id']],
  ['an id of a node', '{ node(id: "abc") { id } }', {}, ['id']],
  ['a filter', '{ conversations(filter: { contactId: "abc" }) { totalCount } }', {}, ['filter', 'contactId']],
  [
    'a text in a variable',
    'query ($after: String) { events(after: $after) { nodes { id } } }',
    { after: '\0' },
    ['after'],
  ],
])('what is wrong with %s stands in the issues', async (_what, query, variables, path) => {
  const { body } = await workspace.post(query, variables);
  const issues = [{ path, message: expect.any(String) }];
  expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', issues } }]);
});
