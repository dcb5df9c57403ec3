import { beforeEach, describe, expect, it, vi } from 'vitest';
import { retryDelaysMs } from '../../src/webhook-delivery/retry.js';
import { EventCursorDocument, ReplayWebhooksDocument, UpdateConversationDocument } from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { deliveryThat, makeEndpoint, onlyDelivery, PATIENCE, readEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';
import { arrived } from './support/world.js';

let now: Date;
const database = useScratchDatabase();
const parley = useParley({
  databaseUrl: database.url,
  config: { worker: true, webhookAllowPrivate: true, logLevel: 'silent' },
  webhookPollMs: 100,
  clock: () => now,
});
const workspace = useFreshWorkspace(parley);
const startReceiver = useReceivers();
beforeEach(() => {
  now = new Date();
});

const CLAIM_MS = 30_000;
const DAY_MS = 24 * 60 * 60 * 1000;

const cursor = async () => await ask(workspace, EventCursorDocument, {});
const tag = (conversationId: string, name: string) =>
  workspace.run(UpdateConversationDocument, { input: { conversationId, tags: [name] } });

describe('an event that cannot be rendered', () => {
  /** An endpoint, and on its way there an event whose payload is not what it has to be. */
  async function damaged() {
    const receiver = await startReceiver();
    const { id: conversationId } = await makeConversation(workspace);
    const after = await cursor();
    await tag(conversationId, 'damaged');
    await database.rows(
      `UPDATE "Event" SET payload = '{}'
       WHERE "workspaceId" = '${uuidOf(workspace.id)}' AND type = 'conversation.updated'`,
    );
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.updated'] });
    await succeed(workspace, ReplayWebhooksDocument, { endpointId: id, after });
    return { receiver, id, conversationId };
  }

  it('counts as an attempt failed by the server, nine times at most, and sends nothing', async () => {
    const { receiver, id } = await damaged();
    for (const [index, delay] of retryDelaysMs.entries()) {
      const delivery = await deliveryThat(workspace, id, index + 1);
      expect(delivery).toMatchObject({ status: 'PENDING', attempts: index + 1, statusCode: null, body: null });
      expect(delivery.errorMessage).toBe(
        'The server failed to render this webhook. The receiver was not contacted and is not at fault.',
      );
      expect(new Date(delivery.nextAttemptAt ?? 0).getTime() - now.getTime()).toBeGreaterThanOrEqual(delay);
      now = new Date(delivery.nextAttemptAt ?? 0);
    }
    expect(await deliveryThat(workspace, id, 9)).toMatchObject({ status: 'FAILED', nextAttemptAt: null });
    expect(receiver.received).toEqual([]);
  });

  it('does not count against the endpoint, which gets other events immediately', async () => {
    const { receiver, id, conversationId } = await damaged();
    // For longer than an endpoint may fail.
    for (let attempts = 1; attempts <= 6; attempts += 1) {
      await deliveryThat(workspace, id, attempts);
      now = new Date(now.getTime() + DAY_MS);
    }
    // If the failure had counted against the endpoint, it would be paused, since the clock does not move.
    await deliveryThat(workspace, id, 7);
    await tag(conversationId, 'whole');
    await arrived(receiver, 1);
    expect(receiver.received[0]?.body).toMatchObject({ data: { changes: [{ field: 'tags', to: ['whole'] }] } });
    expect(await readEndpoint(workspace, id)).toMatchObject({ active: true, failingSince: null });
  });
});

describe('an event that cannot be rendered because the database disconnects', () => {
  it('is retried when the claim expires, and does not count as an attempt', async () => {
    const receiver = await startReceiver();
    const after = await cursor();
    await makeConversation(workspace, { message: { text: 'Hello' } });
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['message.added'] });
    await parley.database.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`LOCK TABLE "Message"`;
      await succeed(workspace, ReplayWebhooksDocument, { endpointId: id, after });
      await vi.waitFor(async () => {
        const ended = await database.rows(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE backend_type = 'client backend' AND datname = current_database() AND wait_event_type = 'Lock'
             AND query LIKE '%"Message"%'`,
        );
        expect(ended).toHaveLength(1);
      }, PATIENCE);
    });
    expect(await onlyDelivery(workspace, id)).toMatchObject({ status: 'PENDING', attempts: 0, errorMessage: null });
    expect(receiver.received).toEqual([]);
    now = new Date(now.getTime() + CLAIM_MS);
    await arrived(receiver, 1);
    expect(await deliveryThat(workspace, id, 1)).toMatchObject({ status: 'SUCCEEDED', attempts: 1 });
  });
});
