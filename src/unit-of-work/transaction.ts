import { setTimeout } from 'node:timers/promises';
import { auditStatement } from '../audit/append-audit.sql.js';
import type { AuditEntry } from '../audit/audit-entry.js';
import { type Caller, keyBehind, viaKeyId } from '../auth/viewer.js';
import type { Database } from '../db/client.js';
import { isRetryable, isUniqueViolation } from '../db/sql-state.js';
import type { Later, Transaction } from '../db/transaction.js';
import { appendEvents, type EventSubject, type PendingEntry } from '../event-log/append-events.js';
import type { NewEvent, NewNodeChange } from '../event-log/log-event.js';
import { type ActorRef, type SystemRef, system } from '../lib/actor-ref.js';
import { withMembers } from '../lib/collections.js';
import type { Tracing } from '../lib/tracing.js';
import { addJobs, type NewJob } from './add-jobs.sql.js';
import { auditOf } from './audited.js';
import type { Call } from './call.js';
import { raiseRevisions, unraised } from './raise-revisions.sql.js';
import type { WriteGate } from './write-gate.js';

/** Notifies every process that a workspace's log has grown. */
export type Notify = (workspaceId: string) => void;

/** The services that every write needs. */
export type WriteServices = {
  database: Database;
  writeGate: WriteGate;
  clock: () => Date;
  newId: () => string;
  notify: Notify;
  /** Names the request that jobs are scheduled by. */
  tracing: Pick<Tracing, 'current'>;
  /** The call of a mutation for which the write is done; none if it is not done for one. */
  call?: Call | undefined;
  /** The request for which it is done, and where it comes from; none if it is not done for one. */
  requestId?: string | null;
  clientAddress?: string | null | undefined;
};

/** What an action needs: the services of a write, and who calls it. */
export type ActionContext = WriteServices & Caller;

/** The transaction of an action of the server itself, without a viewer. */
export type SystemWork = {
  /** Runs statements. Those of the same moment are sent in one message. */
  tx: Transaction['tx'];
  /** Adds a statement whose rows the action does not need, to the message of the next one or of COMMIT. */
  later: Later;
  workspaceId: string;
  /** Who acts: the viewer, or the system if there is none. */
  by: ActorRef | SystemRef;
  /** The current time, the same throughout the action. */
  now: Date;
  newId: () => string;
  /**
   * Records an event of a conversation. The last statement of the transaction appends all recorded events to the log,
   * in this order. By default the actor is whoever acts; the event of
   * another actor also names the API key that acts in its name.
   */
  record: (subject: EventSubject, event: NewEvent, actor?: ActorRef | SystemRef) => void;
  /**
   * Records that something has changed which is not an event of a conversation; `subject` is the conversation that it
   * belongs to, if any. Goes into the log like an event, but only to those who synchronize.
   */
  recordChange: (nodeId: string, change: NewNodeChange, subject?: EventSubject) => void;
  /**
   * Notes that a statement of the action raises the revisions of these conversations. The end of the transaction raises those
   * of all others that something was recorded for; to update a row once costs less than twice.
   */
  raises: (conversationIds: readonly string[]) => void;
  /**
   * Records an act in the audit log, in this transaction; null says that nothing was changed. A mutation that declares what
   * it audits is rolled back if it forgets to.
   */
  audit: (entry: AuditEntry | null) => void;
  /** The id of the event that was recorded last; null if there is none. */
  lastEventId: () => string | null;
  /** Returns a function that forgets what is recorded and scheduled from here on, for when a part is rolled back. */
  mark: () => () => void;
  /** Schedules a job. Jobs are added just before the events; of several with the same key, the last one. */
  schedule: (job: NewJob) => void;
};

/** The transaction of an action. */
export type Work = SystemWork & Caller;

/** Another transaction was faster. The transaction runs again and then sees what the other one wrote. */
export class LostRaceError extends Error {
  constructor() {
    super('Another transaction was faster.');
  }
}

const MAX_TRIES = 4;

/**
 * Runs an action in one transaction and appends its events at the end. An error rolls everything back. After a
 * deadlock, a serialization failure or a lost race for a unique value the action runs again, up to three times; its
 * checks then see what the other transaction wrote.
 */
export async function transact<T>(context: ActionContext, action: (work: Work) => Promise<T>): Promise<T> {
  const { viewer, actsFor } = context;
  const doer = {
    by: viewer.actor,
    via: (actor: ActorRef | SystemRef) => viaKeyId(viewer, actor),
    behind: keyBehind(viewer),
  };
  return transactBy(context, viewer.workspaceId, doer, (work) => action(withMembers(work, { viewer, actsFor })));
}

/** Runs an action of the server itself, such as a job, in one transaction with retries. Its events are the system's. */
export async function transactAsSystem<T>(
  services: WriteServices,
  workspaceId: string,
  action: (work: SystemWork) => Promise<T>,
): Promise<T> {
  return transactAs(services, workspaceId, system, action);
}

/**
 * Runs a part of an action that was begun for somebody, in one transaction with retries. The actor decides who is recorded,
 * and nothing else: whoever began the action was allowed to.
 */
export async function transactAs<T>(
  services: WriteServices,
  workspaceId: string,
  actor: ActorRef | SystemRef,
  action: (work: SystemWork) => Promise<T>,
): Promise<T> {
  return transactBy(services, workspaceId, { by: actor, via: () => null, behind: null }, action);
}

/** Who is recorded, and by which API key if another actor is; and the key behind whoever acts, for the audit log. */
type Doer = {
  by: ActorRef | SystemRef;
  via: (actor: ActorRef | SystemRef) => string | null;
  behind: string | null;
};

async function transactBy<T>(
  services: WriteServices,
  workspaceId: string,
  doer: Doer,
  action: (work: SystemWork) => Promise<T>,
): Promise<T> {
  const { database, writeGate, notify, call } = services;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { result, appended } = await writeGate(workspaceId, () =>
        database.transaction((transaction) => runWork(transaction, services, workspaceId, doer, action)),
      );
      if (appended) {
        notify(workspaceId);
        if (call) call.lastEvent = await appended();
      }
      return result;
    } catch (error) {
      if (attempt >= MAX_TRIES || !canRetry(error)) throw error;
      await setTimeout(Math.random() * 20 * 2 ** attempt);
    }
  }
}

function canRetry(error: unknown): boolean {
  return error instanceof LostRaceError || isRetryable(error) || isUniqueViolation(error);
}

async function runWork<T>(
  { tx, later }: Transaction,
  { clock, newId, call, tracing, requestId = null, clientAddress = null }: WriteServices,
  workspaceId: string,
  { by, via, behind }: Doer,
  action: (work: SystemWork) => Promise<T>,
): Promise<{ result: T; appended: ReturnType<typeof appendEvents> }> {
  const now = clock();
  const entries: PendingEntry[] = [];
  const jobs: NewJob[] = [];
  const raised: string[] = [];
  const audited = auditOf(call);
  const result = await action({
    tx,
    later,
    workspaceId,
    by,
    now,
    newId,
    record: (subject, event, actor = by) =>
      entries.push({ id: newId(), subject, nodeId: null, actor, viaKeyId: via(actor), ...event }),
    recordChange: (nodeId, change, subject) =>
      entries.push({ id: newId(), subject: subject ?? null, nodeId, actor: by, viaKeyId: via(by), ...change }),
    audit: audited.add,
    raises: (conversationIds) => raised.push(...conversationIds),
    lastEventId: () => entries.at(-1)?.id ?? null,
    mark: () => {
      const [entryCount, jobCount, raisedCount] = [entries.length, jobs.length, raised.length];
      const auditCount = audited.entries.length;
      return () => {
        entries.length = entryCount;
        jobs.length = jobCount;
        raised.length = raisedCount;
        audited.entries.length = auditCount;
      };
    },
    schedule: (job) => jobs.push(job),
  });
  audited.assertComplete();
  const origin = { actor: by, viaKeyId: behind, requestId, clientAddress };
  if (audited.entries.length > 0) later`${auditStatement({ workspaceId, newId, now }, origin, audited.entries)}`;
  raiseRevisions(later, workspaceId, unraised(entries, raised));
  addJobs(later, jobs, tracing.current()?.traceparent);
  return { result, appended: appendEvents(later, workspaceId, entries, now) };
}

/** The later of two times, for timestamps that must never go back even if a server's clock does. */
export function laterOf(now: Date, before: Date): Date {
  return now > before ? now : before;
}
