import { z } from 'zod';

/** For how many seconds after the closure a customer's message reopens the conversation. */
export const reopenWithinSeconds = z
  .int('Must be a whole number; null is not allowed here.')
  .min(0, 'Must not be negative.');
