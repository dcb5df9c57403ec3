import { parse } from 'graphql';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { Context } from '../graphql/core/context.js';
import { createSemaphore, type Semaphore, withTimeout } from '../lib/async.js';
import { readOperations } from '../lib/shared-operations.js';
import type { Services } from '../services.js';
import type { Service } from '../worker/job.js';
import { attempt } from './attempt.js';
import { claimDue, release } from './attempt.sql.js';
import { readEndpoint, readEvents } from './delivery-inputs.sql.js';
import { createDeliveryScheduler } from './delivery-scheduler.js';
import type { EndpointHealth } from './endpoint-health.js';
import { createEndpointOpener } from './open-endpoint.js';
import { pollOutbox } from './outbox-poller.js';
import type { Send } from './send.js';

export type DeliveryOptions = {
  services: Services;
  send: Send;
  /** The context in which events of a workspace are rendered: it sees the whole workspace. */
  contextFor: (workspaceId: string) => Context;
  /** How often to look for due deliveries, and for events without a notification, in milliseconds. */
  pollMs: number;
};

/** An attempt not recorded within this time counts as lost. It is longer than an attempt and its statements can take. */
const CLAIM_MS = 30_000;
/**
 * The most attempts that run at the same time in one process. A workspace's share of the shared slots exceeds the number
 * of endpoints it may have, so that endpoints that hang in their first attempt leave slots for its others.
 */
const SLOTS = { isolated: { total: 200, perWorkspace: 50 }, shared: { total: 1_000, perWorkspace: 250 } };
/** The most database connections that deliveries use at the same time, so that requests get theirs. */
const MAX_STATEMENTS = { healthy: 4, others: 1 };
const DRAIN_MS = 5_000;

type Item = Parameters<typeof attempt>[1] & { context: Context; statements: Semaphore };

/** Delivers the events of all workspaces to their endpoints. Any number of processes share the work. */
export function deliverWebhooks({ services, send, contextFor, pollMs }: DeliveryOptions): Service {
  return {
    name: 'webhooks',
    start: async () => {
      const { database, clock, metrics, log } = services;
      const { prisma } = database;
      const document = parse((await readOperations())('WebhookEvent'));
      const open = createEndpointOpener(services);
      const others = createSemaphore(MAX_STATEMENTS.others);
      const statementsFor: Record<EndpointHealth, Semaphore> = {
        healthy: createSemaphore(MAX_STATEMENTS.healthy),
        slow: others,
        failing: others,
        untried: others,
      };
      let stopped = false;

      async function claim(key: EndpointKey, limit: number, statements: Semaphore): Promise<Item[]> {
        const now = clock();
        const claims = await claimDue(prisma, key, { now, until: new Date(now.getTime() + CLAIM_MS), limit });
        const found = claims.length > 0 ? await readEndpoint(prisma, key) : null;
        if (!found) return [];
        const endpoint = open(found);
        if (!endpoint) {
          // Left to a process that has the key, if there is one.
          for (const each of claims) await release(prisma, each);
          return [];
        }
        const events = await readEvents(prisma, key.workspaceId, claims);
        const context = contextFor(key.workspaceId);
        return claims.map((each) => {
          const event = events.get(each.eventId) ?? null;
          return { claim: each, endpoint, event, context, statements };
        });
      }
      const scheduler = createDeliveryScheduler<Item>({
        slots: SLOTS,
        clock,
        claim: (key, limit, health) => {
          const statements = statementsFor[health];
          return statements.run(() => claim(key, limit, statements));
        },
        attempt: async (item) => {
          if (stopped) return null;
          const { context, statements } = item;
          const health = await attempt({ context, document, send, log, statements }, item);
          if (health !== null) metrics.deliveries.inc({ outcome: health === 'failing' ? 'failed' : 'succeeded' });
          return health;
        },
        // An attempt that could not be recorded is repeated when its claim expires.
        onFailure: (err) => {
          if (!stopped) log.warn({ err }, 'Could not deliver webhooks');
        },
      });
      const poller = pollOutbox({ services, statements: statementsFor.healthy, pollMs, scheduler });

      return async () => {
        poller.stop();
        await withTimeout(DRAIN_MS, scheduler.drain());
        stopped = true;
      };
    },
  };
}
