import { rowOutcome } from '../../unit-of-work/outcome.js';
import { lockMessage } from './message.sql.js';

/** The outcome of an action that returns a message. */
export const messageOutcome = rowOutcome(async (work, id) => (await lockMessage(work, id)).message);
