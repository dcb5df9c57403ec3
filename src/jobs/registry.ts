import { catchUpTimers } from '../conversations/catch-up-timers.job.js';
import { expireConversation } from '../conversations/expire-conversation.job.js';
import { wakeConversation } from '../conversations/wake-conversation.job.js';
import { cleanIdempotency } from '../db/clean-idempotency.job.js';
import { trimLogs } from '../events/trim-log.job.js';
import { cleanUploads } from '../uploads/clean-uploads.job.js';
import { cleanDeliveries } from '../webhooks/clean-deliveries.job.js';
import type { Job } from './job.js';

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
