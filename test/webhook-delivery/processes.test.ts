import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Program, start } from '../e2e/support/program.js';
import { TagConversationsDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { makeEndpoint, readEndpoint } from './support/endpoints.js';
import { type Receiver, useReceivers } from './support/receiver.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { webhookAllowPrivate: true } });
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();
const workers: Program[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop('SIGKILL')));
});

/** For processes that are started beside others, and for claims of one that was killed, which last 30 seconds. */
const PATIENCE = { timeout: 90_000, interval: 100 };
const TEST = { timeout: 150_000 };

async function startWorker(): Promise<Program> {
  const env = { DATABASE_URL: database.url, WEBHOOK_ALLOW_PRIVATE: '1' };
  const worker = await start({ env, command: ['node', 'dist/worker.js'] });
  workers.push(worker);
  return worker;
}

/** Brings 1 000 events into the log, while nobody delivers them. */
async function makeEvents(): Promise<void> {
  const ids: string[] = [];
  while (ids.length < 100) {
    const made = await Promise.all(Array.from({ length: 20 }, () => makeConversation(workspace)));
    ids.push(...made.map(({ id }) => id));
  }
  for (let round = 0; round < 10; round += 1) {
    const input = { conversationIds: ids, add: [`tag ${round}`] };
    await succeed(workspace, TagConversationsDocument, input);
  }
}

const idsOf = ({ received }: Receiver) => new Set(received.map(({ id }) => id));

/** Waits until nothing is left to be delivered, and checks that every event has arrived, repeats equal to the byte. */
async function expectAll(receiver: Receiver, endpointId: string): Promise<void> {
  await vi.waitFor(() => expect(idsOf(receiver).size).toBe(1000), PATIENCE);
  await vi.waitFor(async () => {
    expect((await readEndpoint(workspace, endpointId, 'SUCCEEDED')).deliveries.totalCount).toBe(1000);
  }, PATIENCE);
  const contents = new Set(receiver.received.map(({ id, text }) => `${id} ${text}`));
  expect(contents.size).toBe(1000);
  const logged = await database.rows<{ count: number }>(
    `SELECT count(*)::int AS count FROM "WebhookDelivery" WHERE "eventType" = 'conversation.updated'`,
  );
  expect(logged).toEqual([{ count: 1000 }]);
}

describe('1 000 deliveries', () => {
  it('all arrive although the process is killed midway, with equal ids if sent twice', TEST, async () => {
    const receiver = await startReceiver();
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.updated'] });
    await makeEvents();
    const first = await startWorker();
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThan(100), PATIENCE);
    await first.stop('SIGKILL');
    const before = idsOf(receiver).size;
    expect(before).toBeLessThan(1000);
    // What the killed process had claimed is free after 30 seconds, which are skipped behind its back.
    await database.rows('UPDATE "WebhookDelivery" SET "claimedUntil" = now() WHERE "claimedUntil" > now()');
    await startWorker();
    await expectAll(receiver, id);
  });

  it('of two processes each arrive once', TEST, async () => {
    const receiver = await startReceiver();
    await database.rows('DELETE FROM "WebhookDelivery"');
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.updated'] });
    await makeEvents();
    await Promise.all([startWorker(), startWorker()]);
    await vi.waitFor(() => expect(receiver.received.length).toBeGreaterThanOrEqual(1), PATIENCE);
    await expectAll(receiver, id);
    expect(receiver.received).toHaveLength(1000);
  });
});
