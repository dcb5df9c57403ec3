import { AsyncResource } from 'node:async_hooks';
import { LRUCache } from 'lru-cache';
import { callerId, type Viewer } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import { leavesConnectionUsable } from '../db/outage.js';
import { cursorExpired, type LogPoint, pointOf } from '../event-log/cursor.js';
import { type LogQuestion, type LogState, readLogStates } from '../event-log/read-log.sql.js';
import { withTimeout } from '../lib/async.js';
import { batched } from '../lib/batched.js';
import { type Lease, lend } from './lease.js';
import { createRecentCallers } from './recent-callers.js';
import type { Replica, Unusable } from './replica.js';
import type { Standby } from './standby.js';

/** Why an operation is read from the primary. `always`: what it reads is never read from a replica. */
export type PrimaryReason = 'always' | 'failed' | Unusable;

/** Where all statements of one operation go. Without a replica there is no reason to say. */
type Place = { place: 'replica'; lease: Lease } | { place: 'primary'; reason: PrimaryReason | null };

type Reading = {
  viewer: Viewer;
  /** What the operation has to show at least, by its caller's cursor; null if it gave none. */
  minimum: LogPoint | null;
  /** Whether all that it reads is recorded in the log. */
  isLogged: boolean;
};

/** Decides where operations read. */
export type ReadPlaces = {
  /** Chooses once for an operation. Throws CURSOR_EXPIRED if the log does not have the event of the cursor. */
  choose: (reading: Reading) => Promise<Place>;
  /** Notes that the viewer has just seen the primary. */
  sawPrimary: (viewer: Viewer) => void;
  /** Notes that an operation has failed at a replica, and was read from the primary instead. */
  failed: (lease: Lease) => void;
};

const MAX_KNOWN_LOGS = 10_000;

type Ask = (question: LogQuestion) => Promise<LogState>;

/** What is known of a standby: how to ask it, and up to where it is known to have the log of each workspace. */
type Progress = { ask: Ask; known: LRUCache<string, string> };

/**
 * Creates what decides for a process. A replica is read only if it has everything that the log of the workspace had when the
 * operation began, which the primary is asked for, or up to the cursor that the caller gave.
 */
export function createReadPlaces(database: Database, replica: Replica | null): ReadPlaces {
  const callers = createRecentCallers();
  // Of no request: the questions of all go together, and must count for none of them, nor end with one.
  const scope = new AsyncResource('ReadPlaces');
  const asker = (reads: Pick<Database, 'read'>): Ask =>
    batched((questions: LogQuestion[]) => scope.runInAsyncScope(() => readLogStates(reads, questions)));
  const askPrimary = asker(database);
  const progress = new WeakMap<Standby, Progress>();

  function progressOf(standby: Standby): Progress {
    const known = progress.get(standby) ?? { ask: asker(standby.reads), known: new LRUCache({ max: MAX_KNOWN_LOGS }) };
    progress.set(standby, known);
    return known;
  }

  /** Whether a standby has the log of a workspace up to a point, and the same one. */
  async function hasReached(
    { standby, patienceMs }: { standby: Standby; patienceMs: number },
    workspaceId: string,
    point: LogPoint,
  ): Promise<boolean> {
    const { ask, known } = progressOf(standby);
    const key = `${point.position} ${point.suffix}`;
    if (known.get(workspaceId) === key) return true;
    let reached = false;
    const asked = standby.whileUsed(ask({ workspaceId, position: point.position })).then((state) => {
      reached = compare(state, point) === 'reached';
    });
    const inTime = await withTimeout(patienceMs, asked).catch(() => false);
    if (!inTime || !reached) return false;
    known.set(workspaceId, key);
    return true;
  }

  /** Where the log is at the primary. Throws if it is another one than the caller's. */
  async function headOf(workspaceId: string, minimum: LogPoint | null): Promise<LogPoint> {
    const state = await askPrimary({ workspaceId, position: minimum?.position ?? 0 });
    if (minimum && compare(state, minimum) !== 'reached') throw cursorExpired();
    return pointOf(state.head ?? { position: 0, eventId: null });
  }

  async function standbyFor({ viewer, minimum }: Reading): Promise<Standby | Unusable> {
    const { workspaceId } = viewer;
    if (!replica) return 'away';
    const { patienceMs } = replica;
    const current = replica.current();
    if (typeof current === 'string') return current;
    const { standby, coveredUntil } = current;
    const cursorSays = minimum && !callers.mayHaveSeenMore(callerId(viewer), coveredUntil);
    const point = cursorSays ? minimum : await headOf(workspaceId, minimum);
    return (await hasReached({ standby, patienceMs }, workspaceId, point)) ? standby : 'behind';
  }

  return {
    choose: async (reading) => {
      const found = reading.isLogged ? await standbyFor(reading) : 'always';
      if (typeof found !== 'string') return { place: 'replica', lease: lend(found, database) };
      if (reading.minimum) await headOf(reading.viewer.workspaceId, reading.minimum);
      return { place: 'primary', reason: replica && found };
    },
    sawPrimary: (viewer) => {
      if (replica) callers.saw(callerId(viewer));
    },
    failed: ({ standby, failure }) => {
      const error = failure();
      if (!leavesConnectionUsable(error)) replica?.giveUp(standby, error);
    },
  };
}

/** Whether a log has come to a point of it. An event that is no longer there was trimmed. */
function compare({ head, eventId }: LogState, { position, suffix }: LogPoint): 'reached' | 'before' | 'other' {
  if (!head || head.position < position) return 'before';
  return position === 0 || eventId === null || pointOf({ position, eventId }).suffix === suffix ? 'reached' : 'other';
}
