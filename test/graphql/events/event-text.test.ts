import { getNamedType, isLeafType, isObjectType, parse } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventsForContacts, eventTypes, type LogEvent } from '../../../src/event-log/log-event.js';
import { Prisma } from '../../../src/generated/prisma/client.js';
import { typeNames } from '../../../src/graphql/events/event.type.js';
import { writesEvents } from '../../../src/graphql/events/event-text.js';
import { schema } from '../../../src/graphql/schema.js';
import { createCursorCodec } from '../../../src/lib/cursor-codec.js';
import { EventCursorDocument } from '../../generated/operations.js';
import { connect, listen } from '../../live/support/listen.js';
import { ask } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeBot, makeContactConversation } from '../../support/make.js';
import { type Random, seededRandom } from '../../support/seeded-random.js';
import { signIn, signInAs } from '../../support/token.js';

const DOCUMENTS = 25;
const COPIES = 2;

const parley = useParley();
const workspace = useWorkspace(parley);
let after: string;
let contactId: string;
const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

beforeAll(async () => {
  const conversation = await makeContactConversation(workspace);
  contactId = conversation.contact?.id ?? '';
  after = await ask(workspace, EventCursorDocument, {});
  await addEvents(conversation.id);
});

/** Adds events of every type, with text that JSON has to escape. */
async function addEvents(conversationId: string): Promise<void> {
  const payload = JSON.stringify({
    messageId: 'f81d4fae-7dec-41d0-a765-00a0c91e6bf6',
    participantId: '00000000-0000-4000-8000-000000000001',
    prospectId: 'ffffffff-ffff-4fff-bfff-ffffffffffff',
    seq: 12_345,
    direction: 'INBOUND',
    note: 'A "quoted" \\ text,\n\u2028 é 漢 👩‍🚀',
    until: '2026-07-01T14:30:00.5+02:00',
    changes: [],
    from: null,
    to: null,
    reason: null,
    resolution: null,
    notes: null,
    status: null,
  });
  const ofWorkspace = Prisma.sql`"workspaceId" = ${uuidOf(workspace.id)}::uuid`;
  await parley.database.prisma.$executeRaw`
    WITH added AS (
      INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "contactId", "actorType", payload, "occurredAt")
      SELECT h."workspaceId", h.position + row_number() OVER (), gen_random_uuid(), type, ${uuidOf(conversationId)}::uuid,
        ${uuidOf(contactId)}::uuid, 'SYSTEM',
        CASE WHEN copy = 1 THEN ${payload}::jsonb ELSE ${payload}::jsonb || '{"note": null, "seq": 0}' END,
        '2026-01-31T12:00:00.007Z'::timestamptz
      FROM "EventHead" h, unnest(${[...eventTypes]}::text[]) AS type, generate_series(1, ${COPIES}::int) AS copy
      WHERE h.${ofWorkspace} AND type <> 'conversation.transferred'
      RETURNING position, id)
    UPDATE "EventHead" SET position = last.position, "eventId" = last.id
    FROM (SELECT * FROM added ORDER BY position DESC LIMIT 1) last WHERE ${ofWorkspace}`;
}

/** A selection of what events have in the log, each field under an alias or its name, with fragments in between. */
function selection(random: Random): string {
  const some = <Item>(items: readonly Item[]) => items.filter(() => random() < 0.5);
  const named = (name: string, type: string) => (random() < 0.3 ? `${type}_${name}: ${name}` : name);
  const fieldsOf = (type: string) => {
    const definition = schema.getType(type);
    const all = isObjectType(definition) ? Object.values(definition.getFields()) : [];
    const leaves = all.filter((field) => isLeafType(getNamedType(field.type))).map(({ name }) => name);
    return ['__typename', ...some(leaves)].map((name) => named(name, type)).join(' ');
  };
  const shared = some(['id', 'cursor', 'type', 'occurredAt', 'conversationId']).map((name) => named(name, 'Any'));
  const own = some(Object.values(typeNames)).map((type) => `... on ${type} { ${fieldsOf(type)} }`);
  return ['__typename', ...shared, ...own].sort(() => random() - 0.5).join(' ');
}

const FORCED = 'executed: actor { __typename }';

const callers = {
  'an API key': () => Promise.resolve(workspace),
  'an agent': () => signInAs(parley, workspace, 'AGENT'),
  'a bot': async () => parley.connect({ id: workspace.id, apiKey: (await makeBot(workspace)).apiKey }),
  'the contact': () => signIn(parley, workspace, contactId),
};
const readers = [
  ['an API key', 31],
  ['an agent', 32],
  ['a bot', 33],
  ['the contact', 34],
] as const;

describe('a page of the log', () => {
  it.each(readers)('is written as the resolvers answer it, for %s', async (who, seed) => {
    const { post } = await callers[who]();
    const random = seededRandom(seed);
    const some = (fields: readonly string[]) => fields.filter(() => random() < 0.5).join(' ');
    for (let count = 0; count < DOCUMENTS; count += 1) {
      const selected = selection(random);
      const nodes = random() < 0.5 ? `nodes { ${selected} }` : `edges { ${some(['cursor'])} node { ${selected} } }`;
      const pageInfo = some(['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor']);
      const page = `${nodes} pageInfo { __typename ${pageInfo} } ${some(['totalCount', '__typename'])}`;
      const first = [1, 7, 100, 101][Math.floor(random() * 4)];
      const since = random() < 0.8 ? `"${random() < 0.9 ? after : 'nowhere'}"` : 'null';
      const query = (more: string) => `{ told: events(after: ${since}, first: ${first}) { ${page} } ${more} }`;
      const [written, resolved] = [await post(query('')), await post(query('__type(name: "ID") { name }'))];
      const { __type: _introspected, ...data } = resolved.body.data ?? {};
      expect(JSON.stringify(written.body.data ?? {}), page).toBe(JSON.stringify(data));
      expect(written.body.errors, page).toEqual(resolved.body.errors);
    }
  });

  it('is left to the resolvers where an event has more of what is selected than the log', async () => {
    const { body } = await workspace.post(
      `{ events(after: "${after}", first: 100) { nodes { type actor { __typename } } } }`,
    );
    expect(Object(body.data).events.nodes).toContainEqual({ type: 'message.added', actor: { __typename: 'System' } });
  });
});

describe('what a subscriber missed', () => {
  it.each(readers)(
    'is written as executing the operation gives it, for %s',
    { timeout: 120_000 },
    async (who, seed) => {
      const client = connect(parley.url, (await callers[who]()).apiKey);
      clients.push(client);
      const types =
        who === 'the contact' ? eventsForContacts : eventTypes.filter((t) => t !== 'conversation.transferred');
      const expected = types.length * COPIES;
      const random = seededRandom(seed);
      for (let count = 0; count < DOCUMENTS; count += 1) {
        const selected = selection(random);
        const query = (more: string) =>
          `subscription ($after: String) { told: events(after: $after) { ${selected} ${more} } }`;
        const [written, executed] = [listen(client, query(''), { after }), listen(client, query(FORCED), { after })];
        const [left, right] = [await written.until(expected), await executed.until(expected)];
        written.stop();
        executed.stop();
        expect(
          left.map((result) => JSON.stringify(result)),
          selected,
        ).toEqual(right.map((result) => JSON.stringify(result).replace(/,?"executed":\{"__typename":"System"\}/, '')));
        expect(left).toHaveLength(expected);
      }
    },
  );

  const cursors = createCursorCodec(new Uint8Array(32));
  const anyId = '00000000-0000-4000-8000-000000000001';
  const assigned: LogEvent = {
    workspaceId: anyId,
    position: 1n,
    id: anyId,
    conversationId: anyId,
    nodeId: null,
    contactId: null,
    ownerId: null,
    actorType: 'SYSTEM',
    actorId: null,
    viaKeyId: null,
    occurredAt: new Date(0),
    type: 'conversation.assigned',
    payload: { from: null, to: null, note: 'N' },
  };
  const write = (query: string, kind: 'API_KEY' | 'CONTACT') => {
    const viewer = { kind, permissions: new Set(['read' as const]), actor: { type: kind, id: anyId } };
    const operation = { schema, document: parse(query), operationName: null, variableValues: null };
    return writesEvents(operation, { viewer, cursors })?.(assigned, 'cursor') ?? null;
  };

  it('is not executed where the log has all that is selected', () => {
    const query = 'subscription { events { type ... on ConversationAssigned { note } } }';
    expect(write(query, 'API_KEY')).toBe('{"events":{"type":"conversation.assigned","note":"N"}}');
    expect(write('subscription { events { type ... on MessageAdded { message { text } } } }', 'API_KEY')).toBe(
      '{"events":{"type":"conversation.assigned"}}',
    );
  });

  it('is executed where more is selected, or what contacts do not see', () => {
    const query = 'subscription { events { type ... on ConversationAssigned { note } } }';
    expect(write(query, 'CONTACT')).toBeNull();
    expect(write('subscription { events { type actor { id } } }', 'API_KEY')).toBeNull();
  });
});
