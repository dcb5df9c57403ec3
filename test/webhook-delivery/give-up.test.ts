import { expect, it, vi } from 'vitest';
import { UpdateWebhookEndpointDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { runJob } from '../worker/support/run-job.js';
import { makeEndpoint, PATIENCE, readEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';

const scratch = useScratchDatabase();
const parley = useParley({
  databaseUrl: scratch.url,
  config: { worker: true, webhookAllowPrivate: true },
  webhookPollMs: 100,
});
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();

/** More than is given up in one statement. */
const MANY = 5_000;

/** An endpoint that says it is gone, with many deliveries on their way there, once it is deactivated. */
async function gone() {
  const receiver = await startReceiver((response) => response.writeHead(410).end());
  const { id } = await makeEndpoint(workspace, { url: receiver.url });
  await parley.database.prisma.$executeRaw`
    INSERT INTO "WebhookDelivery" ("workspaceId", id, "endpointId", "eventId", "eventType", status, attempts,
      "nextAttemptAt", "createdAt")
    SELECT ${uuidOf(workspace.id)}::uuid, gen_random_uuid(), ${uuidOf(id)}::uuid, gen_random_uuid(), 'webhook.test',
      'PENDING', 0, now(), now() FROM generate_series(1, ${MANY}::int)`;
  await vi.waitFor(async () => expect((await readEndpoint(workspace, id)).deactivationReason).toBe('GONE'), PATIENCE);
  return { receiver, id };
}

const countOf = async (id: string, status: 'PENDING' | 'FAILED') =>
  (await readEndpoint(workspace, id, status)).deliveries.totalCount;

it('an endpoint with many deliveries is deactivated immediately, gets nothing more, and its rest is abandoned later', async () => {
  const { receiver, id } = await gone();
  expect(await countOf(id, 'PENDING')).toBeGreaterThan(0);
  await runJob(scratch, 'clean-webhook-deliveries');
  expect([await countOf(id, 'PENDING'), await countOf(id, 'FAILED')]).toEqual([0, MANY]);
  expect(receiver.received).toHaveLength(1);
});

it('a reactivated endpoint gets none of its earlier pending deliveries', async () => {
  const { receiver, id } = await gone();
  await succeed(workspace, UpdateWebhookEndpointDocument, { endpointId: id, active: true });
  expect([await countOf(id, 'PENDING'), await countOf(id, 'FAILED')]).toEqual([0, MANY]);
  expect(receiver.received).toHaveLength(1);
});
