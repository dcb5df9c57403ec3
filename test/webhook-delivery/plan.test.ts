import { expect, it } from 'vitest';
import { deliveriesWith } from '../../src/domain/webhooks/webhook-delivery.sql.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { makeEndpoint } from './support/endpoints.js';

const parley = useParley({ databaseUrl: useScratchDatabase().url });
const workspace = useFreshWorkspace(parley);

it.each([
  ['PENDING', 'due'],
  ['FAILED', 'failed'],
] as const)(
  'the few deliveries that are %s are found by an index of their own, without reading those that succeeded',
  async (status, index) => {
    const { prisma } = parley.database;
    const { id } = await makeEndpoint(workspace, { url: 'https://example.com/' });
    const [workspaceId, endpointId] = [uuidOf(workspace.id), uuidOf(id)];
    await prisma.$executeRaw`
    INSERT INTO "WebhookDelivery" ("workspaceId", id, "endpointId", "eventId", "eventType", status, attempts,
      "nextAttemptAt", "createdAt")
    SELECT ${workspaceId}::uuid, gen_random_uuid(), ${endpointId}::uuid, gen_random_uuid(), 'message.added',
      s.status, 1, CASE WHEN s.status = 'PENDING' THEN now() END, now()
    FROM generate_series(1, 2000) AS n,
      LATERAL (SELECT (CASE n WHEN 1 THEN 'PENDING' WHEN 2 THEN 'FAILED' ELSE 'SUCCEEDED' END)::"DeliveryStatus") AS s(status)`;
    await prisma.$executeRaw`ANALYZE "WebhookDelivery"`;
    const plan = await prisma.$queryRaw<{ 'QUERY PLAN': string }[]>`
    EXPLAIN SELECT d.* FROM "WebhookDelivery" d
    WHERE ${deliveriesWith(status, workspaceId)} AND d."endpointId" = ${endpointId}::uuid
    ORDER BY d.id DESC LIMIT 21`;
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain(`WebhookDelivery_${index}_idx`);
  },
);
