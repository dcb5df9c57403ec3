import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import { coalesced } from '../lib/async.js';
import type { Standing } from './endpoint-health.js';
import { createPlaces, type Places, type Share } from './slot-pool.js';

/** Tries deliveries of one endpoint after the other, and of all endpoints at the same time. */
export type Pump = {
  /** There may be something to be tried at this endpoint; `failing`: the last try failed, in whatever process. */
  start: (endpoint: EndpointKey & { failing: boolean }) => void;
  /** Whether a try is under way at an endpoint that has not answered the last one well and soon. */
  mayHang: (endpoint: EndpointKey) => boolean;
  /** Takes nothing more. Settles when all that runs has ended. */
  drain: () => Promise<void>;
};

export type PumpWork<Item> = {
  /** Takes at most `limit` deliveries that are due; none where there is nothing more. */
  take: (endpoint: EndpointKey, limit: number, standing: Standing) => Promise<Item[]>;
  /** Tries one, and answers how its endpoint stands now, or null where nothing was sent. */
  attempt: (item: Item) => Promise<Standing | null>;
  /** Told of what could not be taken or tried, which begins again with the next start. */
  onFailure: (error: unknown) => void;
  /** How many tries run at once in one process: apart, at endpoints that fail or take their time, and at the others. */
  slots: { apart: Share; usual: Share };
  clock: () => Date;
};

/** How many tries run at once at one endpoint, at most. */
const MAX_AT_ONCE: Record<Standing, number> = { answering: 8, slow: 2, failing: 1, untried: 1 };
/** How long an endpoint is left alone after a failure, for as many as there were one after the other. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 10_000;

/** Of so many endpoints a process remembers how the last tries went; of those beyond only while they go on. */
const MAX_REMEMBERED = 10_000;

/** What goes to one endpoint. */
type Flow = EndpointKey & {
  standing: Standing;
  allowed: number;
  running: number;
  /** Failures one after the other. */
  failures: number;
  pausedUntil: number;
  /** Takes what is due, as far as there are places. */
  fill: () => void;
};

/**
 * An endpoint begins with one try at once, and each success doubles that up to 8. After a failure it is one again, in
 * places of its own, with pauses that grow from 1 s to 10 s: whatever else is to be delivered there waits. One that
 * succeeds but takes its time gets two at most, in those places too. So endpoints that hold a try for long hold few
 * places, none of those that the others use, and a backlog at one that is gone keeps nobody busy. Of both kinds of places
 * each workspace has a share only, so that its endpoints, whatever they do, hold up no other workspace.
 */
export function createPump<Item>({ take, attempt, onFailure, slots, clock }: PumpWork<Item>): Pump {
  const usual = createPlaces<Flow>(slots.usual);
  const apart = createPlaces<Flow>(slots.apart);
  const flows = new Map<string, Flow>();
  let draining = false;
  let running = 0;
  let onIdle: (() => void) | null = null;

  const isPaused = ({ pausedUntil }: Flow) => clock().getTime() < pausedUntil;

  const placesFor = ({ standing }: Flow) => (standing === 'failing' || standing === 'slow' ? apart : usual);

  async function takeAll(flow: Flow): Promise<void> {
    while (!draining && !isPaused(flow)) {
      const places = placesFor(flow);
      const wanted = flow.allowed - flow.running;
      if (wanted <= 0) return;
      // Held while taking, so that two endpoints never get the same place.
      const limit = places.take(flow.workspaceId, wanted);
      if (limit === 0) {
        places.wait(flow);
        return;
      }
      let items: Item[] = [];
      try {
        items = await take(flow, limit, flow.standing);
      } finally {
        places.give(flow.workspaceId, limit - items.length);
      }
      for (const item of items) void run(flow, places, item);
      if (items.length === 0) return;
    }
  }

  async function run(flow: Flow, places: Places<Flow>, item: Item): Promise<void> {
    flow.running += 1;
    running += 1;
    const standing = await attempt(item).catch((error: unknown) => {
      onFailure(error);
      return null;
    });
    flow.running -= 1;
    running -= 1;
    if (standing !== null) learn(flow, standing);
    if (running === 0) onIdle?.();
    places.give(flow.workspaceId, 1);
    flow.fill();
  }

  function learn(flow: Flow, standing: Standing): void {
    const failed = standing === 'failing';
    flow.standing = standing;
    flow.allowed = Math.min(flow.allowed * 2, MAX_AT_ONCE[standing]);
    flow.failures = failed ? flow.failures + 1 : 0;
    const pause = failed ? Math.min(FIRST_PAUSE_MS * 2 ** (flow.failures - 1), MAX_PAUSE_MS) : 0;
    flow.pausedUntil = clock().getTime() + pause;
  }

  function forgetIfIdle(flow: Flow): void {
    if (flows.size <= MAX_REMEMBERED || flow.running > 0 || placesFor(flow).isWaiting(flow)) return;
    flows.delete(keyOf(flow));
  }

  function begin({ workspaceId, endpointId }: EndpointKey, standing: Standing): Flow {
    const flow: Flow = {
      workspaceId,
      endpointId,
      standing,
      allowed: 1,
      running: 0,
      failures: 0,
      pausedUntil: 0,
      fill: coalesced(() => takeAll(flow), { onFailure, onIdle: () => forgetIfIdle(flow) }),
    };
    flows.set(keyOf(flow), flow);
    return flow;
  }

  return {
    start: (endpoint) => {
      if (draining) return;
      const flow = flows.get(keyOf(endpoint)) ?? begin(endpoint, endpoint.failing ? 'failing' : 'untried');
      flow.fill();
    },
    mayHang: (endpoint) => {
      const flow = flows.get(keyOf(endpoint));
      return flow !== undefined && flow.standing !== 'answering' && flow.running > 0;
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
