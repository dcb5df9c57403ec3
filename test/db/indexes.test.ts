import { beforeAll, describe, expect, it } from 'vitest';
import type { SqlClient } from '../../src/db/client.js';
import { lockConversationsWith } from '../../src/domain/contacts/delete-contact.sql.js';
import { isPublic, placeSql } from '../../src/domain/messages/note.sql.js';
import { searchTerms } from '../../src/domain/search/search-text.js';
import { deliveriesWith, removeDeliveries } from '../../src/domain/webhooks/webhook-delivery.sql.js';
import { eraseConversations, eraseMessage, eraseProspect } from '../../src/erasure/deliveries.sql.js';
import { Prisma } from '../../src/generated/prisma/client.js';
import { conversationConditions } from '../../src/graphql/conversations/conversation-filter.js';
import { visibleEvents } from '../../src/graphql/events/viewer-log.sql.js';
import { type MessageFilter, matchingMessages } from '../../src/graphql/messages/message-filter.js';
import { decodeId } from '../../src/lib/ids.js';
import { generate } from '../../src/seed/generate.js';
import { sessionOfTransaction } from '../../src/seed/sql-session.js';
import { claimDue } from '../../src/webhook-delivery/attempt.sql.js';
import { useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { viewerAs } from '../support/viewer.js';

// One of its own, where no other test changes what the planner knows.
const scratch = useScratchDatabase();
const parley = useParley({ databaseUrl: scratch.url });
let workspaceId: string;
beforeAll(async () => {
  const workspace = await parley.newWorkspace();
  workspaceId = decodeId('Workspace', workspace.id) ?? '';
  const dataSet = { conversations: 500, messages: 4, seed: 7, users: 5, bots: 2, channels: 5, now: new Date() };
  const { prisma } = parley.database;
  await prisma.$transaction((tx) => generate([sessionOfTransaction(tx)], workspaceId, dataSet), { timeout: 60_000 });
  await workspace.post(`mutation { createWebhookEndpoint(input: {
    url: "https://example.com/", events: ["message.added"] }) { __typename } }`);
  await prisma.$executeRaw`
    INSERT INTO "WebhookDelivery" ("workspaceId", id, "endpointId", "eventId", "eventType", position, status, attempts,
                                   "nextAttemptAt", body, "conversationId", "messageId", "createdAt")
    SELECT e."workspaceId", gen_random_uuid(), w.id, e.id, e.type, e.position,
      (ARRAY['SUCCEEDED', 'SUCCEEDED', 'FAILED', 'PENDING'])[1 + e.position % 4]::"DeliveryStatus", 1,
      CASE WHEN e.position % 4 = 3 THEN now() END, '{}', e."conversationId", (e.payload->>'messageId')::uuid, now()
    FROM "Event" e JOIN "WebhookEndpoint" w ON w."workspaceId" = e."workspaceId" WHERE e."conversationId" IS NOT NULL`;
  await prisma.$executeRaw`ANALYZE`;
}, 90_000);

/** The plans of all statements that are sent, in tables that are too large to be read from end to end. None is run. */
async function plansOf(send: (client: SqlClient) => Promise<unknown>): Promise<string> {
  return parley.database.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL enable_seqscan = off`;
    const plans: string[] = [];
    const explain = async (strings: TemplateStringsArray, values: Prisma.Sql['values']) => {
      const lines = await tx.$queryRaw<{ 'QUERY PLAN': string }[]>`EXPLAIN ${Prisma.sql(strings, ...values)}`;
      plans.push(...lines.map((line) => line['QUERY PLAN']));
    };
    const explaining = new Proxy(tx, {
      get:
        (_client, method) =>
        async (strings: TemplateStringsArray, ...values: Prisma.Sql['values']) => {
          await explain(strings, values);
          return method === '$queryRaw' ? [] : 0;
        },
    });
    await send(explaining);
    return plans.join('\n');
  });
}

const id = '01a22700-0000-7000-8000-000000000000';
const endpoint = () => ({ workspaceId, endpointId: id });
const key = () => viewerAs('API_KEY', workspaceId, workspaceId);
const agent = () => viewerAs('AGENT', workspaceId, id);

const messages = (filter: MessageFilter) => (client: SqlClient) =>
  client.$queryRaw`SELECT m.* FROM ${matchingMessages(filter, key())} ORDER BY m."createdAt" DESC, m.id DESC LIMIT 20`;
const newestOf = (client: SqlClient) =>
  client.$queryRaw`SELECT m.* FROM "Message" m
    WHERE m."workspaceId" = ${workspaceId}::uuid AND m."conversationId" = ${id}::uuid AND ${isPublic()}
    ORDER BY ${placeSql()} DESC LIMIT 50`;
const events = (kind: 'API_KEY' | 'CONTACT', condition: Prisma.Sql) => (client: SqlClient) =>
  client.$queryRaw`SELECT e.* FROM "Event" e WHERE ${visibleEvents(viewerAs(kind, workspaceId, id))} AND ${condition}
    ORDER BY e.position LIMIT 20`;
const deliveries = (status: 'FAILED' | null) => (client: SqlClient) =>
  client.$queryRaw`SELECT d.* FROM "WebhookDelivery" d WHERE ${deliveriesWith(status, workspaceId)}
    AND d."endpointId" = ${id}::uuid ORDER BY d.id DESC LIMIT 20`;

type Use = [index: string, what: string, send: (client: SqlClient) => Promise<unknown>];

const { sql } = Prisma;
const tables: Record<string, { uses: Use[] /** They keep something unique. */; unique: string[] }> = {
  Message: {
    uses: [
      ['Message_workspaceId_createdAt_id_idx', 'the newest messages', messages({})],
      ['Message_workspaceId_channelId_createdAt_id_idx', 'the newest of a channel', messages({ channelId: id })],
      [
        'Message_workspaceId_authorId_createdAt_id_idx',
        'the newest of an author',
        messages({ authorId: { type: 'USER', id } }),
      ],
      ['Message_place_key', 'the newest of a conversation', newestOf],
      ['Message_notes_idx', 'the newest notes', messages({ visibility: ['INTERNAL'] })],
      ['Message_words_idx', 'those with a word', messages({ search: searchTerms('zebra') ?? undefined })],
      [
        'Message_replyToId_idx',
        'the answers to a message, for its foreign key',
        (client) =>
          client.$queryRaw`SELECT 1 FROM "Message" m
            WHERE m."workspaceId" = ${workspaceId}::uuid AND m."replyToId" = ${id}::uuid FOR KEY SHARE OF m`,
      ],
    ],
    unique: ['Message_pkey', 'Message_externalId_key', 'Message_clientMessageId_key'],
  },
  Event: {
    uses: [
      [
        'Event_workspaceId_conversationId_position_idx',
        'the events of a conversation',
        events('API_KEY', sql`e."conversationId" = ${id}::uuid`),
      ],
      ['Event_workspaceId_contactId_position_idx', 'the events that a contact sees', events('CONTACT', sql`TRUE`)],
      [
        'Event_node_idx',
        'whether anything was touched again',
        (client) =>
          client.$queryRaw`SELECT FROM "Event" e WHERE e."workspaceId" = ${workspaceId}::uuid AND e.position > ${1}
            AND coalesce(e."nodeId", (coalesce(
              e.payload->>'messageId', e.payload->>'participantId', e.payload->>'prospectId'))::uuid) = ${id}::uuid`,
      ],
    ],
    unique: ['Event_pkey', 'Event_workspaceId_id_key'],
  },
  Participant: {
    uses: [
      [
        'Participant_present_idx',
        'the conversations that somebody takes part in',
        (client) =>
          client.$queryRaw`SELECT c.id FROM "Conversation" c
            WHERE ${conversationConditions({ participantId: { type: 'USER', id } }, agent())}`,
      ],
      [
        'Participant_left_idx',
        'those that a contact has left, to erase it there',
        (tx) => lockConversationsWith({ tx, workspaceId }, id, null),
      ],
      [
        'Participant_workspaceId_conversationId_joinedAt_id_idx',
        'the participants of a conversation in order',
        (client) =>
          client.$queryRaw`SELECT p.* FROM "Participant" p
            WHERE p."workspaceId" = ${workspaceId}::uuid AND p."conversationId" = ${id}::uuid
            ORDER BY p."joinedAt", p.id LIMIT 20`,
      ],
    ],
    unique: ['Participant_pkey', 'Participant_active_key'],
  },
  WebhookDelivery: {
    uses: [
      [
        'WebhookDelivery_due_idx',
        'what is due',
        (client) => claimDue(client, endpoint(), { now: new Date(), until: new Date(), limit: 10 }),
      ],
      [
        'WebhookDelivery_createdAt_idx',
        'what is old enough to go',
        (client) => removeDeliveries(client, new Date(), 9),
      ],
      ['WebhookDelivery_workspaceId_endpointId_id_idx', 'the deliveries of an endpoint', deliveries(null)],
      ['WebhookDelivery_failed_idx', 'those that failed', deliveries('FAILED')],
      [
        'WebhookDelivery_workspaceId_conversationId_idx',
        'the bodies about conversations',
        (tx) => eraseConversations({ tx, workspaceId }, [id]),
      ],
      [
        'WebhookDelivery_messageId_idx',
        'the bodies about a message',
        (tx) => eraseMessage({ tx, workspaceId, raises: () => undefined }, { id, conversationId: id }),
      ],
      [
        'WebhookDelivery_prospectId_idx',
        'the bodies about a prospect',
        (tx) => eraseProspect({ tx, workspaceId }, id, [id]),
      ],
    ],
    unique: ['WebhookDelivery_pkey', 'WebhookDelivery_workspaceId_endpointId_eventId_key'],
  },
};

describe.each(Object.entries(tables))('of the indexes of %s', (table, { uses, unique }) => {
  it.each(uses)('%s finds %s', async (index, _what, send) => {
    expect(await plansOf(send)).toMatch(new RegExp(`\\b${index}\\b`));
  });

  it('there are only those that something uses or that keep something unique', async () => {
    const rows = await parley.database.prisma.$queryRaw<{ indexname: string }[]>`
      SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND tablename = ${table}`;
    const known = [...uses.map(([index]) => index), ...unique];
    expect(rows.map(({ indexname }) => indexname).sort()).toEqual(known.sort());
  });
});

it('the messages of a conversation are read in their order, however many it has', async () => {
  expect(await plansOf(newestOf)).not.toContain('Sort');
});
