import { expect, vi } from 'vitest';
import type { AppOptions } from '../../../src/app.js';
import type { Config } from '../../../src/config.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import type { TestServer, TestWorkspace } from '../../support/parley.js';
import { useScratchDatabase } from '../../support/scratch-database.js';
import { PATIENCE, readEndpoint } from './endpoints.js';
import type { Receiver } from './receiver.js';

/** A server that delivers webhooks, also to this machine, on a database of its own, for the tests of a file. */
export function useDelivery(options: AppOptions = {}, config: Partial<Config> = {}): ReturnType<typeof useParley> {
  return useParley({
    databaseUrl: useScratchDatabase().url,
    config: { worker: true, webhookAllowPrivate: true, ...config },
    webhookPollMs: 100,
    ...options,
  });
}

/** Waits until so many requests have arrived. */
export function arrived({ received }: Receiver, count: number): Promise<void> {
  return vi.waitFor(() => expect(received.length).toBeGreaterThanOrEqual(count), PATIENCE);
}

/** Waits until everything that is in the log has been delivered: nothing more can come. */
export function settled(
  { database }: Pick<TestServer, 'database'>,
  workspace: TestWorkspace,
  endpointId: string,
): Promise<void> {
  return vi.waitFor(async () => {
    const behind = await database.prisma.$queryRaw<unknown[]>`
      SELECT FROM "WebhookEndpoint" e JOIN "EventHead" h USING ("workspaceId")
      WHERE e."workspaceId" = ${uuidOf(workspace.id)}::uuid AND e."deactivatedAt" IS NULL AND e.position < h.position`;
    // Only now, for what was made meanwhile counts.
    const { deliveries } = await readEndpoint(workspace, endpointId, 'PENDING');
    expect([behind.length, deliveries.totalCount]).toEqual([0, 0]);
  }, PATIENCE);
}

export const types = ({ received }: Receiver): string[] => received.map(({ body }) => body.type).sort();
