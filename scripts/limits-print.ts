// npm run limits:print             writes docs/limits.md from the limits in src
// npm run limits:print -- --check  only compares them, and exits with 1 if they differ
import { readdirSync, readFileSync } from 'node:fs';
import { getNamedType, isLeafType, isObjectType, parse } from 'graphql';
import { MAX_RESOLVED_FIELDS, MAX_STATEMENTS } from '../src/graphql/core/budget.js';
import {
  assumedRows,
  BASE_COST,
  BODY_KILOBYTE,
  BULK_ROW,
  BYTES_A_POINT,
  complexityLimit,
  FREE_BODY_BYTES,
  FREE_TOKENS,
  judgeComplexity,
  LIST,
  rowWeight,
  SEARCH,
  STATEMENT,
  subscriptionComplexityLimit,
  TOKEN,
  WRITE,
  WRONG_VARIABLES,
} from '../src/graphql/core/complexity.js';
import { COUNTING, ONCE } from '../src/graphql/core/cost-once.js';
import { schema } from '../src/graphql/schema.js';
import { groupBy } from '../src/lib/collections.js';
import { code, list, printPage, table } from './print/page.js';

const number = (value: number) => value.toLocaleString('en').replaceAll(',', ' ');

/** The fields whose price is neither 1 nor that of a row or a page. */
const prices = Object.values(schema.getTypeMap())
  .filter(isObjectType)
  .filter(({ name }) => !name.startsWith('__') && name !== 'Mutation')
  .flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) => {
      const { complexity } = field.extensions;
      const price = Number(Object(complexity).field ?? complexity);
      const isRow = !isLeafType(getNamedType(field.type)) && field.extensions[ONCE] !== undefined;
      return price > 1 && !isRow ? [{ name: `${type.name}.${field.name}`, price }] : [];
    }),
  )
  .toSorted((one, other) => other.price - one.price || one.name.localeCompare(other.name));

/** The lists of the whole workspace by what counting them costs, dearest first. */
const countings = [
  ...groupBy(
    Object.values(schema.getQueryType()?.getFields() ?? {}).filter(({ extensions }) => extensions[COUNTING]),
    ({ extensions }) => String(extensions[COUNTING]),
  ),
]
  .map(([price, fields]) => [Number(price), fields.map(({ name }) => `Query.${name}`)] as const)
  .toSorted(([one], [other]) => other - one);

/** The operations in schema/operations, as one document. */
const operations = parse(
  readdirSync('schema/operations')
    .map((name) => readFileSync(`schema/operations/${name}`, 'utf8'))
    .join('\n'),
);

const anyRow = { id: 'conv_', input: { conversationId: 'conv_' } };

/** What an operation of schema/operations costs with its default variables, as a row of a table. */
function example(operationName: string, what: string): string[] {
  const { cost } = judgeComplexity({ schema, document: operations, operationName, variables: anyRow });
  return [what, `[${operationName}](../schema/operations/${operationName}.graphql)`, number(BASE_COST + cost)];
}

const operation = [
  ['nesting of an operation', `${complexityLimit.depth} levels`],
  ['fields of an operation', number(complexityLimit.breadth)],
  ['cost of an operation', number(complexityLimit.complexity)],
  ['cost of a subscription, for each event', number(subscriptionComplexityLimit)],
  ['fields that an operation resolves', number(MAX_RESOLVED_FIELDS)],
  ['reads from the database of a query', number(MAX_STATEMENTS)],
  ['time that a query may take', '15 s, or [`MAX_QUERY_SECONDS`](configuration.md)'],
  ['response, or result of a subscription', '10 MB, or [`MAX_RESPONSE_BYTES`](configuration.md)'],
  ['rows of a page, or of a list with `first`', '100'],
];

const page = `# Limits

Every operation has a price that is known before anything is read, every caller has a number of points for a minute, and
what turns out larger than assumed is ended. This page lists the numbers; an operation that exceeds one gets
\`QUERY_TOO_COMPLEX\`, \`RESPONSE_TOO_LARGE\` or \`RATE_LIMITED\`, with a message that says what to do.

Printed from the source by \`npm run limits:print\`.

## A request

${table(
  ['Limit', 'Value'],
  [
    ['request body, or message of a WebSocket', '1 MB'],
    ['variables', '256 KB as JSON'],
    ['tokens of a document', '10 000'],
    ['nesting of a document', '64 levels'],
    ['length of a name or alias', '255 characters'],
    ['errors or issues that are reported', '20'],
  ],
)}

## An operation

${table(['Limit', 'Value'], operation)}

## Cost

An operation costs ${BASE_COST}, and 1 for each field, multiplied by the sizes of the pages around it. \`first\` or \`last\` is the size
of a page, 20 if neither is given; other lists are taken to have ${assumedRows} rows, and the operation pays the rest if it has resolved
more fields in the end. On top of that:

${table(
  ['What', 'Costs'],
  [
    ['a mutation, for its transaction', number(WRITE)],
    ['a mutation of many conversations, for each of them', number(BULK_ROW)],
    [
      `a list, another field that leads to rows, or ${code('totalCount')}, for its statement, once however many rows are around it`,
      number(STATEMENT),
    ],
    ['a list, for each row around it', number(LIST)],
    ...countings.map(([price, names]) => [`${code('totalCount')} of ${list(names)}`, number(price)]),
    ['a list of conversations or messages that is searched', number(SEARCH.texts)],
    ['a list of contacts or prospects that is searched', number(SEARCH.people)],
    ['each message, which holds up to 144 KB, and each node by its id', String(rowWeight.message)],
    ['each webhook delivery', String(rowWeight.delivery)],
    ['each conversation, contact or prospect', String(rowWeight.withMetadata)],
    ['each row of other lists', String(rowWeight.plain)],
    ...prices.map(({ name, price }) => [code(name), number(price)]),
  ],
)}

What no field stands for is paid besides, also by what is refused: ${TOKEN} for each token of a document above
${number(FREE_TOKENS)}, unless the server remembers it as valid; ${number(WRONG_VARIABLES)} for variables that are refused; ${BODY_KILOBYTE} for each kilobyte of the body
of a request above ${FREE_BODY_BYTES / 1024} KB; and a point for each ${BYTES_A_POINT} bytes of an answer that has fewer fields than that.

A point is about a microsecond of CPU time, of the server and the database together. Measured on 2026-12-01 by
[bench/prices.ts](../bench/README.md#prices) with 20 000 conversations, one of the median operation took 1.0 µs,
and of all but three of 44 operations between a third and three times that. Pages of 10 short messages in a page of 50 took
a seventh, because a message is priced by what it may hold; the \`totalCount\` of all events 4.3 times as much, and that of a
search for a frequent word 3.6 times, because they count all that there is.

For example, with the defaults of their variables:

${table(
  ['Operation', 'Document', 'Costs'],
  [
    example('Inbox', 'an inbox of 50 conversations'),
    example('ConversationPage', 'a conversation with 50 messages'),
    example('SendMessage', 'sending a message'),
    example('LiveEvents', 'subscribing to events'),
  ],
)}

## A caller

${table(
  ['Limit', 'Value'],
  [
    ['cost in a minute of an API key', '300 000 000, or [`RATE_LIMIT_KEY`](configuration.md)'],
    ['of a user', '10 000 000, or [`RATE_LIMIT_USER`](configuration.md)'],
    ['of a contact', '1 000 000, or [`RATE_LIMIT_CONTACT`](configuration.md)'],
    ['messages that a contact sends in a minute', '60, or [`MAX_SENDS_PER_CONTACT`](configuration.md)'],
    [
      'bytes that the uploads of a contact take together',
      '2 000 000 000, or [`MAX_STORED_BYTES_CONTACT`](configuration.md)',
    ],
    ['of a workspace', 'no limit, or [`MAX_STORED_BYTES_WORKSPACE`](configuration.md)'],
    [
      'WebSockets and event streams of an API key',
      '10 000 on each process, or [`MAX_CONNECTIONS_PER_KEY`](configuration.md)',
    ],
    ['of a user or contact', '50 on each process, or [`MAX_CONNECTIONS_PER_USER`](configuration.md)'],
    [
      'connections to the database that its reads use at the same time',
      'a third of [`DATABASE_POOL_SIZE`](configuration.md)',
    ],
    [
      'invalid keys and tokens from one address in a minute',
      '100, or [`MAX_FAILED_AUTHENTICATIONS`](configuration.md)',
    ],
    [
      'distinct subscriptions to all events, and to those of a conversation',
      '30 on each process, or [`MAX_DISTINCT_SUBSCRIPTIONS`](configuration.md)',
    ],
    ['concurrent operations on one WebSocket', '100, or [`MAX_OPERATIONS_PER_SOCKET`](configuration.md)'],
  ],
)}

The minute begins with the first operation, and an operation that is refused costs too. With \`REDIS_URL\` all processes
count together. \`Query.rateLimit\` tells what is left, and so do the headers \`RateLimit-Policy\` and \`RateLimit\`
(draft-ietf-httpapi-ratelimit-headers) of every response that has taken from a limit. A caller without points gets
\`RATE_LIMITED\`, over HTTP with the status 429 and \`Retry-After\`; a WebSocket stays open.

A contact that has sent its messages for the minute gets \`RATE_LIMITED\` in the same way. Each \`sendMessage\` and
\`createConversation\` of an operation counts, also one that is sent again, and if there are too many, nothing of the
operation is done.

[Stored bytes](uploads.md#stored-bytes) count for as long as the files are there. Over that, \`createUpload\` returns a
\`ConflictError\`.

Subscriptions with the same document, operation and variables count as one, whatever their \`after\`: an event is executed
once for all of them. What is too much is refused with \`RATE_LIMITED\` when it is opened; what is open goes on.

[Invalid credentials](authentication.md#invalid-credentials) says what happens to an address from which more come.

A request with \`"extensions": {"cost": true}\`, over HTTP or a WebSocket, gets \`extensions.cost\` with the result of a query
or mutation: \`requested\` is what it has cost, \`fields\` and \`bytes\` what it has resolved, \`statements\` how often a query has
read from the database, and \`rateLimit\` what is left of the minute, with \`limit\`, \`remaining\` and \`resetAt\`, or null
without a limit. A subscription is paid once, when it starts.

At most 1 000 HTTP requests and operations over WebSockets wait for their response on a process
([\`MAX_WAITING_REQUESTS\`](configuration.md)), and the event loop may be late by 1 000 ms on average
([\`MAX_EVENT_LOOP_DELAY_MS\`](configuration.md)). What comes on top gets \`SERVICE_UNAVAILABLE\` at once, over HTTP with the
status 503 and \`Retry-After\`, and nothing of it was done.

A query that takes too long, or whose client closes its connection or completes its operation before the answer, is
cancelled in PostgreSQL too. Mutations are left to their end.

The reads of a workspace use half of the connections at most, and its writes a quarter, so that others never wait behind
one. What is above that queues.
`;

printPage('docs/limits.md', page, 'npm run limits:print');
