import { z } from 'zod';
import { addUpCounts } from '../../domain/conversations/conversation-count.sql.js';
import { defineJob } from '../job.js';

/** Adds up what has changed of the numbers of conversations, so that few rows say how many there are. */
export const addUpConversationCounts = defineJob({
  name: 'add-up-conversation-counts',
  cron: '*/5 * * * *',
  payload: z.object({}),
  run: async (_payload, { database }) => {
    await addUpCounts(database.prisma);
  },
});
