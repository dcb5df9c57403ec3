import type { Client } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import { trimLog } from '../../src/event-log/retention.sql.js';
import type { Subscriber } from '../../src/live/subscriber.js';
import type { SharedWork } from '../../src/live/subscription-group.js';
import { TIMEOUT } from '../e2e/support/program.js';
import {
  CreateWebhookEndpointDocument,
  EventsDocument,
  type EventsQueryVariables,
  LiveEventsDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { eventsOf, makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { startParley, type TestWorkspace } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { runJob } from './support/run-job.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const database = useScratchDatabase();
let now = new Date('2026-01-01T00:00:00Z');
const parley = useParley({ databaseUrl: database.url, clock: () => now });
const workspace = useFreshWorkspace(parley);

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

/** Trims all logs to 30 days, as a worker does with that setting. */
async function trim(): Promise<void> {
  const config = { worker: true, eventRetentionDays: 30 };
  const worker = await startParley({ databaseUrl: database.url, clock: () => now, config });
  try {
    await runJob(database, 'trim-logs');
  } finally {
    await worker.stop();
  }
}

const passDays = (days: number) => {
  now = new Date(now.getTime() + days * DAY_MS);
};

const page = (client: TestWorkspace, variables: EventsQueryVariables = {}) => ask(client, EventsDocument, variables);

const cursorsOf = async (reading: ReturnType<typeof page>) => nodesOf(await reading).map(({ cursor }) => cursor);

async function refusalOf({ post }: TestWorkspace, after: string) {
  const { body } = await post('query($after: String) { events(after: $after) { nodes { id } } }', { after });
  return body.errors?.[0]?.extensions?.code;
}

const positions = async ({ id }: TestWorkspace) => {
  const rows = await database.rows<{ position: string }>(
    `SELECT position FROM "Event" WHERE "workspaceId" = '${uuidOf(id)}' ORDER BY position`,
  );
  return rows.map(({ position }) => Number(position));
};

/** Three old events, then two of today; with the cursors behind each, the first of which is the log's beginning. */
async function makeLog(): Promise<string[]> {
  const begin = (await page(workspace)).pageInfo.endCursor ?? '';
  for (let count = 0; count < 3; count += 1) await makeConversation(workspace);
  passDays(31);
  for (let count = 0; count < 2; count += 1) await makeConversation(workspace);
  return [begin, ...(await cursorsOf(page(workspace)))];
}

describe('a trimmed log', TIMEOUT, () => {
  it('keeps newer events, and can be resumed from the last removed event', async () => {
    const cursors = await makeLog();
    await trim();
    expect(await positions(workspace)).toEqual([4, 5]);
    expect(await cursorsOf(page(workspace))).toEqual(cursors.slice(4));
    expect(await cursorsOf(page(workspace, { after: cursors[3] ?? '' }))).toEqual(cursors.slice(4));
    expect(await cursorsOf(page(workspace, { after: cursors[5] ?? '' }))).toEqual([]);
  });

  it('returns CURSOR_EXPIRED to queries and subscriptions for earlier cursors, even that of its start', async () => {
    const cursors = await makeLog();
    await trim();
    const client = connect(parley.url, workspace.apiKey);
    clients.push(client);
    for (const after of cursors.slice(0, 3)) {
      expect(await refusalOf(workspace, after)).toBe('CURSOR_EXPIRED');
      const [first] = await listen(client, LiveEventsDocument, { after }).until(1);
      expect(first).toMatchObject({ errors: [{ extensions: { code: 'CURSOR_EXPIRED' } }] });
    }
  });

  it('is trimmed in one run, however long it is and however many logs there are', async () => {
    const write = (logs: number, last: number) =>
      database.rows(`
        WITH w AS MATERIALIZED (SELECT gen_random_uuid() AS id FROM generate_series(1, ${logs})),
        heads AS (INSERT INTO "EventHead" ("workspaceId", position) SELECT id, ${last} FROM w)
        INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "actorType", payload, "occurredAt")
        SELECT w.id, position, gen_random_uuid(), 'conversation.created', gen_random_uuid(), 'SYSTEM', '{}', '2020-01-01'
        FROM w, generate_series(1, ${last}) position`);
    await write(1, 10_002);
    await write(501, 2);
    await trim();
    const old = `SELECT count(*)::int FROM "Event" WHERE "occurredAt" = '2020-01-01'`;
    expect(await database.rows(old)).toEqual([{ count: 502 }]);
  });

  it('keeps the newest event, however old, so that its cursor stays valid', async () => {
    const { id } = await makeConversation(workspace);
    await makeConversation(workspace);
    const { endCursor } = (await page(workspace)).pageInfo;
    passDays(400);
    await trim();
    await trim();
    expect(await positions(workspace)).toEqual([2]);
    expect(await cursorsOf(page(workspace, { after: endCursor }))).toEqual([]);
    expect(await eventsOf(workspace, id)).toEqual([]);
    await makeConversation(workspace);
    expect(await cursorsOf(page(workspace, { after: endCursor }))).toHaveLength(1);
  });

  it('keeps events not yet delivered to a webhook, until they are or the webhook is deactivated', async () => {
    await makeLog();
    const input = { url: 'https://example.com/hook', events: ['*'] };
    const { id } = (await succeed(workspace, CreateWebhookEndpointDocument, input)).webhookEndpoint;
    const trimNow = () => trimLog(parley.database, uuidOf(workspace.id), now, 100);
    const set = (change: string) => database.rows(`UPDATE "WebhookEndpoint" SET ${change} WHERE id = '${uuidOf(id)}'`);
    await set('position = 1');
    expect(await trimNow()).toBe(1);
    await set('position = 2');
    expect(await trimNow()).toBe(1);
    expect(await trimNow()).toBe(0);
    await set(`"deactivatedAt" = now(), "deactivationReason" = 'FAILING'`);
    expect(await trimNow()).toBe(1);
    expect(await positions(workspace)).toEqual([4, 5]);
  });

  it('is left complete by a worker without the setting', async () => {
    await makeLog();
    const worker = await startParley({ databaseUrl: database.url, clock: () => now, config: { worker: true } });
    await runJob(database, 'trim-logs');
    await worker.stop();
    expect(await positions(workspace)).toEqual([1, 2, 3, 4, 5]);
  });

  it('ends a lagging subscription with CURSOR_EXPIRED instead of leaving a gap', async () => {
    await makeLog();
    const subscriber = await parley.live.fanOut.subscribe(workOf(workspace), { position: 0, eventId: null });
    await trim();
    expect(await resultsOf(subscriber)).toEqual(['CURSOR_EXPIRED']);
  });

  it('also ends live subscriptions if the log reader itself lags behind the trimmed part', async () => {
    await makeLog();
    const subscriber = await parley.live.fanOut.subscribe(workOf(workspace), { position: 4, eventId: null });
    expect(await subscriber.next()).toMatchObject({ value: { data: { position: 5 } } });
    await database.rows(
      `WITH head AS (UPDATE "EventHead" SET position = position + 2 WHERE "workspaceId" = '${uuidOf(workspace.id)}')
       INSERT INTO "Event" ("workspaceId", position, id, type, "conversationId", "actorType", payload, "occurredAt")
       SELECT "workspaceId", 7, gen_random_uuid(), type, "conversationId", 'SYSTEM', payload, now()
       FROM "Event" WHERE "workspaceId" = '${uuidOf(workspace.id)}' AND position = 5`,
    );
    expect(await resultsOf(subscriber)).toEqual(['CURSOR_EXPIRED']);
  });
});

/** A subscription whose results are the positions of its events. */
function workOf({ id }: TestWorkspace): SharedWork {
  const deliver: SharedWork['deliver'] = async (batch) =>
    batch.map((event) => {
      const position = Number(event.position);
      return { position, eventId: event.id, result: { data: { position } }, bytes: 100 };
    });
  return { key: id, workspaceId: uuidOf(id), deliver };
}

/** What came until the end: positions and codes of errors. */
async function resultsOf(subscriber: Subscriber): Promise<unknown[]> {
  const results: unknown[] = [];
  for await (const { data, errors } of subscriber) results.push(errors?.[0]?.extensions.code ?? data?.position);
  return results;
}
