import { coalesced, poll, type Semaphore } from '../lib/async.js';
import { groupBy } from '../lib/collections.js';
import type { Services } from '../services.js';
import type { DeliveryScheduler } from './delivery-scheduler.js';
import { dispatch } from './dispatch.js';
import { type EndpointWork, findWork } from './due.sql.js';

export type PollOptions = {
  services: Pick<Services, 'database' | 'clock' | 'newId' | 'live' | 'log'>;
  /** Limits how many database connections are used at the same time. */
  statements: Semaphore;
  /** How often to look for due deliveries, and for events without a notification. */
  pollMs: number;
  /** Attempts what is due. */
  scheduler: Pick<DeliveryScheduler, 'start' | 'mayHang'>;
};

/** Creates deliveries for endpoints of one workspace. */
type Dispatcher = { waiting: Map<string, EndpointWork>; start: () => void };

/**
 * Creates the deliveries of new events in workspaces with active endpoints, and starts the scheduler where some are due.
 * Endpoints that are failing or slow, or that hang in their first attempt, are served only by the poll, with few
 * deliveries created ahead. So an event costs the same however many of them there are; what they miss stays in the log.
 */
export function pollOutbox({ services, statements, pollMs, scheduler }: PollOptions): { stop: () => void } {
  const { database, clock, live, log } = services;
  /** Workspaces with an active endpoint, as of the last poll. */
  let followed = new Set<string>();
  const notified = new Set<string>();
  const dispatchers = new Map<string, Dispatcher>();
  let stopped = false;

  /** The next poll tries again. */
  function onFailure(err: unknown): void {
    if (!stopped) log.warn({ err }, 'Could not look for webhooks to deliver');
  }

  const isLeftToPoll = (work: EndpointWork) => work.failing || scheduler.mayHang(work);

  async function findAndStart(workspaceIds: readonly string[] | null): Promise<void> {
    const found = await statements.run(() => findWork(database.read, clock(), workspaceIds));
    if (stopped) return;
    const isPoll = workspaceIds === null;
    if (isPoll) followed = new Set(found.map(({ workspaceId }) => workspaceId));
    for (const work of found) if (work.due) scheduler.start(work);
    const behind = found.filter((work) => work.behind);
    const immediate = behind.filter((work) => !isLeftToPoll(work));
    dispatchAll(immediate, { once: false });
    if (!isPoll) return;
    const leftToPoll = behind.filter((work) => isLeftToPoll(work) && !work.full);
    dispatchAll(leftToPoll, { once: true });
  }

  function dispatchAll(endpoints: readonly EndpointWork[], { once }: { once: boolean }): void {
    for (const [workspaceId, ofWorkspace] of groupBy(endpoints, (work) => work.workspaceId)) {
      const { waiting, start } = dispatcherOf(workspaceId, once);
      for (const work of ofWorkspace) waiting.set(work.endpointId, work);
      start();
    }
  }

  function dispatcherOf(workspaceId: string, once: boolean): Dispatcher {
    const key = `${workspaceId}/${once}`;
    const known = dispatchers.get(key);
    if (known) return known;
    const waiting = new Map<string, EndpointWork>();
    const dispatchWaiting = async () => {
      const batch = [...waiting.values()];
      waiting.clear();
      if (stopped) return;
      const endpointIds = batch.map(({ endpointId }) => endpointId);
      const served = await dispatch(services, { workspaceId, endpointIds, once }, statements);
      for (const work of batch) if (served.has(work.endpointId)) scheduler.start(work);
    };
    const onIdle = () => dispatchers.delete(key);
    const dispatcher = { waiting, start: coalesced(dispatchWaiting, { onFailure, onIdle }) };
    dispatchers.set(key, dispatcher);
    return dispatcher;
  }

  const findInNotified = coalesced(
    async () => {
      const workspaceIds = [...notified];
      notified.clear();
      if (!stopped) await findAndStart(workspaceIds);
    },
    { onFailure },
  );

  const stopListening = live.onNotify((workspaceId) => {
    if (!followed.has(workspaceId)) return;
    notified.add(workspaceId);
    findInNotified();
  });
  const stopPolling = poll(pollMs, () => findAndStart(null), onFailure);

  return {
    stop: () => {
      stopped = true;
      stopPolling();
      stopListening();
    },
  };
}
