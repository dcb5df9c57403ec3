import type { Event } from '../generated/prisma/client.js';
import type { NewEvent } from './types.js';

/** One row of the log, its payload typed by its type. */
export type LogEvent = Omit<Event, 'type' | 'payload'> & NewEvent;

/** A place in a workspace's log: a position, and the id of the event there, which proves that the history is the same. */
export type LogPlace = { position: number; eventId: string | null };
