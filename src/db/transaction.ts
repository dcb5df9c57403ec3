import { setTimeout } from 'node:timers/promises';
import type { ActorRef, SystemRef } from '../actors/actor.js';
import type { Viewer } from '../auth/viewer.js';
import { appendEvents, type EventSubject, type PendingEvent } from '../events/log.js';
import type { Ring } from '../events/ringer.js';
import type { NewEvent } from '../events/types.js';
import type { Prisma } from '../generated/prisma/client.js';
import type { Database } from './client.js';
import { LostRaceError } from './lost-race.js';
import { isRetryable, isUniqueViolation } from './sql-state.js';
import type { WriteGate } from './write-gate.js';

/** What an action needs from the application: the database, who acts, and where time and ids come from. */
export type ActionContext = {
  database: Database;
  writeGate: WriteGate;
  viewer: Viewer;
  clock: () => Date;
  newId: () => string;
  /** Tells that a workspace's log has grown. */
  ring: Ring;
};

/** One action's transaction. */
export type Work = {
  tx: Prisma.TransactionClient;
  workspaceId: string;
  viewer: Viewer;
  /** The time of the whole action. */
  now: Date;
  newId: () => string;
  /** Notes an event of a conversation; the log gets all of them, in this order, as the transaction's last statement. */
  record: (subject: EventSubject, event: NewEvent, actor?: ActorRef | SystemRef) => void;
};

const MAX_TRIES = 4;
const MAX_WAIT_MS = 10_000;
const TIMEOUT_MS = 20_000;

/**
 * Runs an action in one transaction and appends its events at the end. A failure rolls everything back. A deadlock, a
 * serialization failure or a lost race for a unique value is tried again, up to three times: the action's own checks then
 * see the winner.
 */
export async function transact<T>(context: ActionContext, action: (work: Work) => Promise<T>): Promise<T> {
  const { database, writeGate, viewer, ring } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { result, logged } = await writeGate(viewer.workspaceId, () =>
        database.prisma.$transaction((tx) => runWork(tx, context, action), {
          maxWait: MAX_WAIT_MS,
          timeout: TIMEOUT_MS,
        }),
      );
      if (logged) ring(viewer.workspaceId);
      return result;
    } catch (error) {
      if (attempt >= MAX_TRIES || !mayBeTriedAgain(error)) throw error;
      await setTimeout(Math.random() * 20 * 2 ** attempt);
    }
  }
}

function mayBeTriedAgain(error: unknown): boolean {
  return error instanceof LostRaceError || isRetryable(error) || isUniqueViolation(error);
}

async function runWork<T>(
  tx: Prisma.TransactionClient,
  { viewer, clock, newId }: ActionContext,
  action: (work: Work) => Promise<T>,
): Promise<{ result: T; logged: boolean }> {
  const now = clock();
  const events: PendingEvent[] = [];
  const result = await action({
    tx,
    workspaceId: viewer.workspaceId,
    viewer,
    now,
    newId,
    record: (subject, event, actor = viewer.actor) => events.push({ ...event, id: newId(), subject, actor }),
  });
  await appendEvents(tx, viewer.workspaceId, events, now);
  return { result, logged: events.length > 0 };
}
