import type { Job } from './job.js';
import { catchUpTimers } from './jobs/catch-up-timers.job.js';
import { cleanDeliveries } from './jobs/clean-deliveries.job.js';
import { cleanIdempotency } from './jobs/clean-idempotency.job.js';
import { cleanUploads } from './jobs/clean-uploads.job.js';
import { expireConversation } from './jobs/expire-conversation.job.js';
import { trimLogs } from './jobs/trim-log.job.js';
import { wakeConversation } from './jobs/wake-conversation.job.js';

/** All jobs. They share a few places: what would wait long for somebody else's server is made a service instead. */
export const jobs: readonly Job[] = [
  wakeConversation,
  expireConversation,
  catchUpTimers,
  cleanIdempotency,
  trimLogs,
  cleanDeliveries,
  cleanUploads,
];
