import { z } from 'zod';
import { removeDeliveries } from '../../domain/webhooks/webhook-delivery.sql.js';
import { failPendingOfDeactivated } from '../../domain/webhooks/webhook-endpoint.sql.js';
import { defineJob } from '../job.js';

const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const BATCH = 2_000;

/**
 * Removes settled deliveries, and their bodies, 30 days after they were created. First fails the pending deliveries of
 * deactivated endpoints that were too many to fail during deactivation.
 */
export const cleanDeliveries = defineJob({
  name: 'clean-webhook-deliveries',
  cron: '52 * * * *',
  payload: z.object({}),
  run: async (_payload, { database, clock, signal }) => {
    const before = new Date(clock().getTime() - KEPT_MS);
    while (await failPendingOfDeactivated(database.prisma, null)) signal.throwIfAborted();
    while ((await removeDeliveries(database.prisma, before, BATCH)) === BATCH) signal.throwIfAborted();
  },
});
