import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import { coalesced } from '../lib/async.js';
import type { EndpointHealth } from './endpoint-health.js';
import { createSlotPool, type SlotLimits, type SlotPool } from './slot-pool.js';

/** Runs the attempts of all endpoints side by side, with limits for each endpoint and each workspace. */
export type DeliveryScheduler = {
  /** There may be deliveries due at this endpoint; `failing`: the last attempt failed, in whichever process. */
  start: (endpoint: EndpointKey & { failing: boolean }) => void;
  /** Whether an attempt is under way at an endpoint that is not known to be healthy. */
  mayHang: (endpoint: EndpointKey) => boolean;
  /** Claims nothing more. Resolves when all running attempts have ended. */
  drain: () => Promise<void>;
};

export type SchedulerOptions<Item> = {
  /** Claims at most `limit` due deliveries; none if nothing is due. */
  claim: (endpoint: EndpointKey, limit: number, health: EndpointHealth) => Promise<Item[]>;
  /** Attempts a delivery, and returns the health of its endpoint, or null if nothing was sent. */
  attempt: (item: Item) => Promise<EndpointHealth | null>;
  /** Receives errors of `claim` and `attempt`; the next `start` tries again. */
  onFailure: (error: unknown) => void;
  /** The most attempts that run at the same time in this process: at failing or slow endpoints, and at the others. */
  slots: { isolated: SlotLimits; shared: SlotLimits };
  clock: () => Date;
};

/** The most attempts that run at the same time at one endpoint. */
const MAX_CONCURRENCY: Record<EndpointHealth, number> = { healthy: 8, slow: 2, failing: 1, untried: 1 };
/** The pause after a failure; it doubles with each consecutive failure. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 10_000;

/** The number of endpoints whose health is remembered while they are idle. */
const MAX_REMEMBERED = 10_000;

/** The deliveries to one endpoint. */
type EndpointQueue = EndpointKey & {
  health: EndpointHealth;
  /** How many attempts may run at the same time for now. */
  concurrency: number;
  running: number;
  consecutiveFailures: number;
  /** In milliseconds since 1970. */
  pausedUntil: number;
  /** Claims and attempts what is due, as far as slots are free. */
  fill: () => void;
};

/**
 * An endpoint starts with one attempt at a time, and each success doubles that up to 8. After a failure it is back to one,
 * in the isolated slots, with pauses that grow from 1 s to 10 s between attempts, whichever delivery they are for. A slow
 * endpoint gets at most two, also in the isolated slots. So endpoints that hold attempts for long occupy few slots and none
 * of the shared ones, and a backlog at a dead endpoint keeps nothing busy. Each workspace has only a share of either kind of
 * slot, so that its endpoints cannot hold up other workspaces, whatever they do.
 */
export function createDeliveryScheduler<Item>(options: SchedulerOptions<Item>): DeliveryScheduler {
  const { claim, attempt, onFailure, slots, clock } = options;
  const shared = createSlotPool<EndpointQueue>(slots.shared);
  const isolated = createSlotPool<EndpointQueue>(slots.isolated);
  const queues = new Map<string, EndpointQueue>();
  let draining = false;
  let running = 0;
  let onIdle: (() => void) | null = null;

  const isPaused = ({ pausedUntil }: EndpointQueue) => clock().getTime() < pausedUntil;

  const poolFor = ({ health }: EndpointQueue) => (health === 'failing' || health === 'slow' ? isolated : shared);

  async function claimAll(queue: EndpointQueue): Promise<void> {
    while (!draining && !isPaused(queue)) {
      const pool = poolFor(queue);
      const wanted = queue.concurrency - queue.running;
      if (wanted <= 0) return;
      // Acquired before claiming, so that two endpoints never count on the same slot.
      const limit = pool.acquire(queue.workspaceId, wanted);
      if (limit === 0) {
        pool.wait(queue);
        return;
      }
      let items: Item[] = [];
      try {
        items = await claim(queue, limit, queue.health);
      } finally {
        pool.release(queue.workspaceId, limit - items.length);
      }
      for (const item of items) void run(queue, pool, item);
      if (items.length === 0) return;
    }
  }

  async function run(queue: EndpointQueue, pool: SlotPool<EndpointQueue>, item: Item): Promise<void> {
    queue.running += 1;
    running += 1;
    const health = await attempt(item).catch((error: unknown) => {
      onFailure(error);
      return null;
    });
    queue.running -= 1;
    running -= 1;
    if (health !== null) adapt(queue, health);
    if (running === 0) onIdle?.();
    pool.release(queue.workspaceId, 1);
    queue.fill();
  }

  function adapt(queue: EndpointQueue, health: EndpointHealth): void {
    const failed = health === 'failing';
    queue.health = health;
    queue.concurrency = Math.min(queue.concurrency * 2, MAX_CONCURRENCY[health]);
    queue.consecutiveFailures = failed ? queue.consecutiveFailures + 1 : 0;
    const pause = failed ? Math.min(FIRST_PAUSE_MS * 2 ** (queue.consecutiveFailures - 1), MAX_PAUSE_MS) : 0;
    queue.pausedUntil = clock().getTime() + pause;
  }

  function forgetIfIdle(queue: EndpointQueue): void {
    if (queues.size <= MAX_REMEMBERED || queue.running > 0 || poolFor(queue).isWaiting(queue)) return;
    queues.delete(keyOf(queue));
  }

  function createQueue({ workspaceId, endpointId }: EndpointKey, health: EndpointHealth): EndpointQueue {
    const queue: EndpointQueue = {
      workspaceId,
      endpointId,
      health,
      concurrency: 1,
      running: 0,
      consecutiveFailures: 0,
      pausedUntil: 0,
      fill: coalesced(() => claimAll(queue), { onFailure, onIdle: () => forgetIfIdle(queue) }),
    };
    queues.set(keyOf(queue), queue);
    return queue;
  }

  return {
    start: (endpoint) => {
      if (draining) return;
      const queue = queues.get(keyOf(endpoint)) ?? createQueue(endpoint, endpoint.failing ? 'failing' : 'untried');
      queue.fill();
    },
    mayHang: (endpoint) => {
      const queue = queues.get(keyOf(endpoint));
      return queue !== undefined && queue.health !== 'healthy' && queue.running > 0;
    },
    drain: () =>
      new Promise((resolve) => {
        draining = true;
        onIdle = resolve;
        if (running === 0) resolve();
      }),
  };
}

function keyOf({ workspaceId, endpointId }: EndpointKey): string {
  return `${workspaceId}/${endpointId}`;
}
