import { groupBy } from '../collections.js';
import type { Semaphore } from '../db/semaphore.js';
import type { WorkerContext } from '../jobs/job.js';
import type { EndpointKey } from './attempt.sql.js';
import { dispatch } from './dispatch.js';
import { type EndpointWork, findWork } from './due.sql.js';

export type WatchOptions = {
  application: WorkerContext;
  /** Bounds how many connections to the database are used at once. */
  statements: Semaphore;
  /** Due deliveries, and events that nobody rang for, are looked for this often. */
  pollMs: number;
  /** There is something to be tried at this endpoint. */
  onDue: (endpoint: EndpointKey, failing: boolean) => void;
  /** Whether a try is under way at an endpoint of which nothing good is known. */
  isDoubtful: (endpoint: EndpointKey) => boolean;
};

/**
 * Makes deliveries of what happens in the workspaces that have active endpoints, and says where some are due. Endpoints
 * that fail, or hang since the first try, are looked after by the poll alone, and few deliveries are made ahead for them:
 * however many they are, an event costs the same, and what they miss stays in the log.
 */
export function watch({ application, statements, pollMs, onDue, isDoubtful }: WatchOptions): { stop: () => void } {
  const { database, clock, live, log } = application;
  /** The workspaces that have an active endpoint. */
  let followed = new Set<string>();
  const rung = new Set<string>();
  /** What is to be made in a workspace, after what is being made. */
  const dispatching = new Map<string, Map<string, EndpointWork>>();
  let polling = false;
  let looking = false;
  let stopped = false;

  /** What fails is tried again by the next poll. */
  async function orNull<T>(work: () => Promise<T>): Promise<T | null> {
    return work().catch((err: unknown) => {
      if (!stopped) log.warn({ err }, 'Webhooks could not be looked for');
      return null;
    });
  }

  async function look(workspaceIds: readonly string[] | null): Promise<void> {
    const work = await orNull(() => statements.run(() => findWork(database.prisma, clock(), workspaceIds)));
    if (!work || stopped) return;
    if (workspaceIds === null) followed = new Set(work.map(({ workspaceId }) => workspaceId));
    for (const each of work) if (each.due) onDue(each, each.failing);
    const behind = work.filter((each) => each.behind);
    const good = behind.filter((each) => !each.failing && !isDoubtful(each));
    dispatchTo('good', good);
    if (workspaceIds === null)
      dispatchTo(
        'others',
        behind.filter((each) => !each.full && (each.failing || isDoubtful(each))),
      );
  }

  function dispatchTo(kind: 'good' | 'others', endpoints: readonly EndpointWork[]): void {
    for (const [workspaceId, ofWorkspace] of groupBy(endpoints, (each) => each.workspaceId)) {
      void dispatchIn(workspaceId, kind, ofWorkspace);
    }
  }

  /** One at a time for each, and once more where there was more meanwhile. */
  async function dispatchIn(workspaceId: string, kind: string, endpoints: readonly EndpointWork[]): Promise<void> {
    const key = `${workspaceId}/${kind}`;
    const running = dispatching.get(key);
    const waiting = running ?? new Map<string, EndpointWork>();
    for (const each of endpoints) waiting.set(each.endpointId, each);
    if (running) return;
    dispatching.set(key, waiting);
    while (waiting.size > 0 && !stopped) {
      const batch = new Map(waiting);
      waiting.clear();
      const served = await orNull(() =>
        dispatch(application, { workspaceId, endpointIds: [...batch.keys()], once: kind === 'others' }, statements),
      );
      for (const [endpointId, each] of batch) if (served?.has(endpointId)) onDue(each, each.failing);
    }
    dispatching.delete(key);
  }

  async function lookWhereRung(): Promise<void> {
    if (looking) return;
    looking = true;
    while (rung.size > 0 && !stopped) {
      const workspaceIds = [...rung];
      rung.clear();
      await look(workspaceIds);
    }
    looking = false;
  }

  async function poll(): Promise<void> {
    // One that waits for the database is enough.
    if (polling) return;
    polling = true;
    await look(null);
    polling = false;
  }

  const stopListening = live.onRing((workspaceId) => {
    if (!followed.has(workspaceId)) return;
    rung.add(workspaceId);
    void lookWhereRung();
  });
  const timer = setInterval(() => void poll(), pollMs);
  void poll();

  return {
    stop: () => {
      stopped = true;
      clearInterval(timer);
      stopListening();
    },
  };
}
