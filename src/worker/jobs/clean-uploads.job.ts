import { z } from 'zod';
import { removeUnused } from '../../domain/uploads/remove-unused.js';
import { defineJob } from '../job.js';

/** Removes files that no message uses, and what is left of the uploads of deleted messages. */
export const cleanUploads = defineJob({
  name: 'clean-uploads',
  cron: '*/15 * * * *',
  payload: z.object({}),
  run: (_payload, { database, uploads, clock, signal }) =>
    removeUnused({ prisma: database.prisma, store: uploads.store, now: clock(), signal }),
});
