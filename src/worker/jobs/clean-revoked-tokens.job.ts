import { z } from 'zod';
import { removeRevocations } from '../../domain/api-keys/revoked-token.sql.js';
import { defineJob } from '../job.js';

const BATCH = 5_000;
/** Clocks of processes may differ: to another one, the token may not have expired yet. */
const MARGIN_MS = 60 * 60 * 1000;

/** Removes the revocations of tokens that have expired. */
export const cleanRevokedTokens = defineJob({
  name: 'clean-revoked-tokens',
  cron: '47 * * * *',
  payload: z.object({}),
  run: async (_payload, { database, clock, signal }) => {
    const before = new Date(clock().getTime() - MARGIN_MS);
    while ((await removeRevocations(database.prisma, before, BATCH)) === BATCH) signal.throwIfAborted();
  },
});
