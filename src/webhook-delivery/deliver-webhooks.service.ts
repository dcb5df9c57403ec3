import { parse } from 'graphql';
import type { EndpointKey } from '../domain/webhooks/webhook-endpoint.sql.js';
import type { Context } from '../graphql/core/context.js';
import { createSemaphore, type Semaphore, withTimeout } from '../lib/async.js';
import { readOperations } from '../lib/shared-operations.js';
import type { Services } from '../services.js';
import type { Service } from '../worker/job.js';
import { attempt } from './attempt.js';
import { claimDue } from './attempt.sql.js';
import { readEndpoint, readEvents } from './delivery-inputs.sql.js';
import { createPump } from './delivery-scheduler.js';
import type { Standing } from './endpoint-health.js';
import { watch } from './outbox-poller.js';
import type { Send } from './send.js';

export type DeliveryOptions = {
  services: Services;
  send: Send;
  /** What an event of a workspace is rendered with: it sees the whole workspace. */
  contextFor: (workspaceId: string) => Context;
  /** Due deliveries, and events that nobody rang for, are looked for this often. */
  pollMs: number;
};

/** A try that is not written down by then is taken for lost. It is longer than a try and what goes with it can take. */
const CLAIM_MS = 30_000;
/**
 * How many tries run at once in one process. A workspace's share of the usual ones is more than the endpoints that it may
 * have, so that those that hang at their first try leave room for its others.
 */
const SLOTS = { apart: { total: 200, perWorkspace: 50 }, usual: { total: 1_000, perWorkspace: 250 } };
/** Connections to the database that deliveries use at most, so that requests find theirs. */
const MAX_STATEMENTS = { answering: 4, others: 1 };
const DRAIN_MS = 5_000;

type Item = Parameters<typeof attempt>[1] & { context: Context; statements: Semaphore };

/** Tells the endpoints of all workspaces what happens there. Any number of processes share the work. */
export function deliverWebhooks({ services, send, contextFor, pollMs }: DeliveryOptions): Service {
  return {
    name: 'webhooks',
    start: async () => {
      const { database, clock, metrics, log } = services;
      const { prisma } = database;
      const document = parse((await readOperations())('WebhookEvent'));
      const others = createSemaphore(MAX_STATEMENTS.others);
      const statementsFor: Record<Standing, Semaphore> = {
        answering: createSemaphore(MAX_STATEMENTS.answering),
        slow: others,
        failing: others,
        untried: others,
      };
      let stopped = false;

      async function claim(key: EndpointKey, limit: number, statements: Semaphore): Promise<Item[]> {
        const now = clock();
        const claims = await claimDue(prisma, key, { now, until: new Date(now.getTime() + CLAIM_MS), limit });
        const endpoint = claims.length > 0 ? await readEndpoint(prisma, key) : null;
        if (!endpoint) return [];
        const events = await readEvents(prisma, key.workspaceId, claims);
        const context = contextFor(key.workspaceId);
        return claims.map((each) => {
          const event = events.get(each.eventId) ?? null;
          return { claim: each, endpoint, event, context, statements };
        });
      }
      const pump = createPump<Item>({
        slots: SLOTS,
        clock,
        take: (key, limit, standing) => {
          const statements = statementsFor[standing];
          return statements.run(() => claim(key, limit, statements));
        },
        attempt: async (item) => {
          if (stopped) return null;
          const { context, statements } = item;
          const standing = await attempt({ context, document, send, log, statements }, item);
          if (standing !== null) metrics.deliveries.inc({ outcome: standing === 'failing' ? 'failed' : 'succeeded' });
          return standing;
        },
        // What could not be written down is tried again when its claim has ended.
        onFailure: (err) => {
          if (!stopped) log.warn({ err }, 'Webhooks could not be delivered');
        },
      });
      const watching = watch({ services, statements: statementsFor.answering, pollMs, pump });

      return async () => {
        watching.stop();
        await withTimeout(DRAIN_MS, pump.drain());
        stopped = true;
      };
    },
  };
}
