import { catchUpTimers } from '../conversations/catch-up-timers.job.js';
import { expireConversation } from '../conversations/expire-conversation.job.js';
import { wakeConversation } from '../conversations/wake-conversation.job.js';
import { cleanIdempotency } from '../db/clean-idempotency.job.js';
import { trimLogs } from '../events/trim-log.job.js';
import { cleanUploads } from '../uploads/clean-uploads.job.js';
import { cleanDeliveries } from '../webhooks/clean-deliveries.job.js';
import type { Lane } from './job.js';

/** All jobs. One that may take long, such as waiting for somebody else's server, belongs in a lane of its own. */
export const lanes: readonly Lane[] = [
  {
    name: 'default',
    concurrency: 5,
    jobs: [
      wakeConversation,
      expireConversation,
      catchUpTimers,
      cleanIdempotency,
      trimLogs,
      cleanDeliveries,
      cleanUploads,
    ],
  },
];
