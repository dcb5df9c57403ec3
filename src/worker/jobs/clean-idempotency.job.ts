import { z } from 'zod';
import { CLIENT_ID_MS } from '../../lib/client-id.js';
import { removeClaims } from '../../unit-of-work/idempotency.js';
import { defineJob } from '../job.js';

const BATCH = 5_000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Clocks of processes may differ, so a claim is kept somewhat longer than it is valid. */
const MARGIN_MS = 60 * 60 * 1000;

/** Removes idempotency claims that are no longer valid. */
export const cleanIdempotency = defineJob({
  name: 'clean-idempotency',
  cron: '41 * * * *',
  payload: z.object({}),
  run: async (_payload, { database, clock, config, signal }) => {
    const olderThan = (age: number) => new Date(clock().getTime() - age - MARGIN_MS);
    const before = { keys: olderThan(config.idempotencyDays * DAY_MS), clientIds: olderThan(CLIENT_ID_MS) };
    while ((await removeClaims(database.prisma, before, BATCH)) === BATCH) signal.throwIfAborted();
  },
});
