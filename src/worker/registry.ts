import type { Job } from './job.js';
import { addUpConversationCounts } from './jobs/add-up-counts.job.js';
import { catchUpTimers } from './jobs/catch-up-timers.job.js';
import { cleanDeliveries } from './jobs/clean-deliveries.job.js';
import { cleanIdempotency } from './jobs/clean-idempotency.job.js';
import { cleanRevokedTokens } from './jobs/clean-revoked-tokens.job.js';
import { cleanUploads } from './jobs/clean-uploads.job.js';
import { continueSweep } from './jobs/continue-sweep.job.js';
import { expireConversation } from './jobs/expire-conversation.job.js';
import { removeFiles } from './jobs/remove-files.job.js';
import { trimAudits } from './jobs/trim-audit.job.js';
import { trimLogs } from './jobs/trim-log.job.js';
import { wakeConversation } from './jobs/wake-conversation.job.js';

/** All jobs. Only a few run at the same time, so work that waits for other people's servers is a service instead. */
export const jobs: readonly Job[] = [
  wakeConversation,
  expireConversation,
  catchUpTimers,
  continueSweep,
  removeFiles,
  cleanIdempotency,
  cleanRevokedTokens,
  trimLogs,
  trimAudits,
  cleanDeliveries,
  cleanUploads,
  addUpConversationCounts,
];
