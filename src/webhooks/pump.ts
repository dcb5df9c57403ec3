import type { EndpointKey } from './attempt.sql.js';

/** Tries deliveries of one endpoint after the other, and of all endpoints at the same time. */
export type Pump = {
  /** There may be something to be tried at this endpoint. */
  start: (endpoint: EndpointKey, failing: boolean) => void;
  /** Whether a try is under way at an endpoint of which nothing good is known. */
  isDoubtful: (endpoint: EndpointKey) => boolean;
  /** Takes nothing more. Settles when all that runs has ended. */
  drain: () => Promise<void>;
};

export type PumpWork<Item> = {
  /**
   * Takes at most `limit` deliveries that are due; none where there is nothing more. Never rejects. `proven` says whether
   * the last try there has succeeded.
   */
  take: (endpoint: EndpointKey, limit: number, proven: boolean) => Promise<Item[]>;
  /** Tries one, and answers whether it succeeded, or null where nothing was sent. Never rejects. */
  attempt: (item: Item) => Promise<boolean | null>;
  /** How many tries run at once in one process: at endpoints that answer, and at those that fail. */
  slots: { healthy: number; failing: number };
  clock: () => Date;
};

/** How many tries run at once at one endpoint, at most. */
const MAX_AT_ONCE = 8;
/** How long an endpoint is left alone after a failure, for as many as there were one after the other. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 10_000;

/** Of so many endpoints a process remembers how the last tries went; of those beyond only while they go on. */
const MAX_REMEMBERED = 10_000;

type Lane = { free: number; waiting: Set<Flow> };

/** What goes to one endpoint. */
type Flow = EndpointKey & {
  lane: Lane;
  allowed: number;
  running: number;
  /** The last try has succeeded. */
  proven: boolean;
  /** Failures one after the other. */
  failures: number;
  pausedUntil: number;
  taking: boolean;
  again: boolean;
};

/**
 * An endpoint begins with one try at once, and each success doubles that up to 8. After a failure it is one again, in
 * places of its own, with pauses that grow from 1 s to 10 s: whatever else is to be delivered there waits. So endpoints
 * that hang for the whole time limit hold few places, none of those that the others use, and a backlog at one that is
 * gone keeps nobody busy.
 */
export function createPump<Item>({ take, attempt, slots, clock }: PumpWork<Item>): Pump {
  const healthy: Lane = { free: slots.healthy, waiting: new Set() };
  const failing: Lane = { free: slots.failing, waiting: new Set() };
  const flows = new Map<string, Flow>();
  let draining = false;
  let running = 0;
  let onIdle: (() => void) | null = null;

  const isPaused = ({ pausedUntil }: Flow) => clock().getTime() < pausedUntil;

  async function fill(flow: Flow): Promise<void> {
    if (flow.taking) {
      flow.again = true;
      return;
    }
    flow.taking = true;
    do {
      flow.again = false;
      await takeAll(flow);
    } while (flow.again && !draining);
    flow.taking = false;
    forgetIfIdle(flow);
  }

  async function takeAll(flow: Flow): Promise<void> {
    while (!draining && !isPaused(flow)) {
      const { lane } = flow;
      const limit = Math.min(flow.allowed - flow.running, lane.free);
      if (limit <= 0) {
        if (lane.free <= 0) lane.waiting.add(flow);
        return;
      }
      // Held while taking, so that two endpoints never get the same place.
      lane.free -= limit;
      const items = await take(flow, limit, flow.proven);
      lane.free += limit - items.length;
      for (const item of items) void run(flow, lane, item);
      if (items.length === 0) return;
    }
  }

  async function run(flow: Flow, lane: Lane, item: Item): Promise<void> {
    flow.running += 1;
    running += 1;
    const succeeded = await attempt(item);
    flow.running -= 1;
    running -= 1;
    lane.free += 1;
    if (succeeded !== null) learn(flow, succeeded);
    if (running === 0) onIdle?.();
    // Whoever waits for a place comes first.
    const [next] = lane.waiting;
    if (next) {
      lane.waiting.delete(next);
      void fill(next);
    }
    void fill(flow);
  }

  function learn(flow: Flow, succeeded: boolean): void {
    flow.proven = succeeded;
    flow.lane = succeeded ? healthy : failing;
    flow.allowed = succeeded ? Math.min(flow.allowed * 2, MAX_AT_ONCE) : 1;
    flow.failures = succeeded ? 0 : flow.failures + 1;
    const pause = succeeded ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (flow.failures - 1), MAX_PAUSE_MS);
    flow.pausedUntil = clock().getTime() + pause;
  }

  function forgetIfIdle(flow: Flow): void {
    if (flows.size <= MAX_REMEMBERED || flow.running > 0 || flow.taking || flow.lane.waiting.has(flow)) return;
    flows.delete(keyOf(flow));
  }

  function flowOf({ workspaceId, endpointId }: EndpointKey, isFailing: boolean): Flow {
    const key = keyOf({ workspaceId, endpointId });
    const known = flows.get(key);
    if (known) return known;
    const lane = isFailing ? failing : healthy;
    const idle = { running: 0, proven: false, failures: 0, pausedUntil: 0, taking: false, again: false };
    const flow = { workspaceId, endpointId, lane, allowed: 1, ...idle };
    flows.set(key, flow);
    return flow;
  }

  return {
    start: (endpoint, isFailing) => {
      if (!draining) void fill(flowOf(endpoint, isFailing));
    },
    isDoubtful: (endpoint) => {
      const flow = flows.get(keyOf(endpoint));
      return flow !== undefined && !flow.proven && flow.running > 0;
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
