import { coalesced, poll, type Semaphore } from '../lib/async.js';
import { groupBy } from '../lib/collections.js';
import type { Services } from '../services.js';
import type { Pump } from './delivery-scheduler.js';
import { dispatch } from './dispatch.js';
import { type EndpointWork, findWork } from './due.sql.js';

export type WatchOptions = {
  services: Pick<Services, 'database' | 'clock' | 'newId' | 'live' | 'log'>;
  /** Bounds how many connections to the database are used at once. */
  statements: Semaphore;
  /** Due deliveries, and events that nobody rang for, are looked for this often. */
  pollMs: number;
  /** Tries what is due. */
  pump: Pick<Pump, 'start' | 'mayHang'>;
};

/** Makes deliveries for endpoints of one workspace. */
type Dispatcher = { waiting: Map<string, EndpointWork>; start: () => void };

/**
 * Makes deliveries of what happens in the workspaces that have active endpoints, and says where some are due. Endpoints
 * that fail, take their time, or hang since the first try, are looked after by the poll alone, and few deliveries are
 * made ahead for them: however many they are, an event costs the same, and what they miss stays in the log.
 */
export function watch({ services, statements, pollMs, pump }: WatchOptions): { stop: () => void } {
  const { database, clock, live, log } = services;
  /** The workspaces that have an active endpoint. */
  let followed = new Set<string>();
  const rung = new Set<string>();
  const dispatchers = new Map<string, Dispatcher>();
  let stopped = false;

  /** What fails is tried again by the next poll. */
  function onFailure(err: unknown): void {
    if (!stopped) log.warn({ err }, 'Webhooks could not be looked for');
  }

  /** Whether only the poll looks after it: it fails, takes its time, or has not answered yet. */
  const isLeftToPoll = (each: EndpointWork) => each.failing || pump.mayHang(each);

  async function look(workspaceIds: readonly string[] | null): Promise<void> {
    const work = await statements.run(() => findWork(database.prisma, clock(), workspaceIds));
    if (stopped) return;
    const isPoll = workspaceIds === null;
    if (isPoll) followed = new Set(work.map(({ workspaceId }) => workspaceId));
    for (const each of work) if (each.due) pump.start(each);
    const behind = work.filter((each) => each.behind);
    const atOnce = behind.filter((each) => !isLeftToPoll(each));
    dispatchAll(atOnce, { once: false });
    if (!isPoll) return;
    const leftToPoll = behind.filter((each) => isLeftToPoll(each) && !each.full);
    dispatchAll(leftToPoll, { once: true });
  }

  function dispatchAll(endpoints: readonly EndpointWork[], { once }: { once: boolean }): void {
    for (const [workspaceId, ofWorkspace] of groupBy(endpoints, (each) => each.workspaceId)) {
      const { waiting, start } = dispatcherOf(workspaceId, once);
      for (const each of ofWorkspace) waiting.set(each.endpointId, each);
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
      for (const each of batch) if (served.has(each.endpointId)) pump.start(each);
    };
    const onIdle = () => dispatchers.delete(key);
    const dispatcher = { waiting, start: coalesced(dispatchWaiting, { onFailure, onIdle }) };
    dispatchers.set(key, dispatcher);
    return dispatcher;
  }

  const lookWhereRung = coalesced(
    async () => {
      const workspaceIds = [...rung];
      rung.clear();
      if (!stopped) await look(workspaceIds);
    },
    { onFailure },
  );

  const stopListening = live.onNotify((workspaceId) => {
    if (!followed.has(workspaceId)) return;
    rung.add(workspaceId);
    lookWhereRung();
  });
  const stopPolling = poll(pollMs, () => look(null), onFailure);

  return {
    stop: () => {
      stopped = true;
      stopPolling();
      stopListening();
    },
  };
}
