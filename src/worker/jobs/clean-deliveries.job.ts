import { z } from 'zod';
import { removeDeliveries } from '../../domain/webhooks/webhook-delivery.sql.js';
import { giveUpRest } from '../../domain/webhooks/webhook-endpoint.sql.js';
import { defineJob } from '../job.js';

const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const BATCH = 2_000;

/**
 * Removes deliveries that are 30 days old, with what was sent. One that is still to be tried stays until it is settled.
 * Before that, gives up what a deactivated endpoint had too much of to be given up at once.
 */
export const cleanDeliveries = defineJob({
  name: 'clean-webhook-deliveries',
  cron: '52 * * * *',
  payload: z.object({}),
  run: async (_payload, { database, clock, signal }) => {
    const before = new Date(clock().getTime() - KEPT_MS);
    while (await giveUpRest(database.prisma, null)) signal.throwIfAborted();
    while ((await removeDeliveries(database.prisma, before, BATCH)) === BATCH) signal.throwIfAborted();
  },
});
