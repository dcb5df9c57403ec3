import type { Event } from '../generated/prisma/client.js';
import type { NewEvent } from './types.js';

/** One row of the log, its payload typed by its type. */
export type LogEvent = Omit<Event, 'type' | 'payload'> & NewEvent;
