import { beforeEach, describe, expect, it, vi } from 'vitest';
import { retryDelaysMs } from '../../src/webhook-delivery/retry.js';
import {
  RedeliverWebhookDocument,
  SendTestWebhookDocument,
  TagConversationsDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { deliveryThat, makeEndpoint, onlyDelivery, PATIENCE, readEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';
import { arrived, useDelivery } from './support/world.js';

let now: Date;
const parley = useDelivery({ clock: () => now }, { logLevel: 'silent' });
const startReceiver = useReceivers();
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date();
});

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** An endpoint whose receiver answers so, and a test on its way there. */
async function failing(status: number, headers: Record<string, string> = {}) {
  const receiver = await startReceiver((response) => response.writeHead(status, headers).end('Sorry'));
  const { id } = await makeEndpoint(workspace, { url: receiver.url });
  await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
  return { receiver, id, first: await deliveryThat(workspace, id, 1) };
}

const waitMs = (nextAttemptAt: string | null) => new Date(nextAttemptAt ?? 0).getTime() - now.getTime();

describe('a failing delivery', () => {
  it('is attempted nine times, after 5 s, 1 min, 5 min, 30 min, 2 h, 5 h, 10 h and 24 h plus up to a fifth', async () => {
    expect(retryDelaysMs).toEqual([5000, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, DAY]);
    const { receiver, id } = await failing(500);
    for (const [index, delay] of retryDelaysMs.entries()) {
      const delivery = await deliveryThat(workspace, id, index + 1);
      expect(delivery).toMatchObject({
        status: 'PENDING',
        attempts: index + 1,
        statusCode: 500,
        responseBody: 'Sorry',
      });
      expect(delivery.errorMessage).toBe('The receiver answered 500.');
      expect(delivery.lastAttemptAt).toBe(now.toISOString());
      expect(waitMs(delivery.nextAttemptAt)).toBeGreaterThanOrEqual(delay);
      expect(waitMs(delivery.nextAttemptAt)).toBeLessThanOrEqual(delay * 1.2);
      now = new Date(delivery.nextAttemptAt ?? 0);
    }
    const last = await deliveryThat(workspace, id, 9);
    expect(last).toMatchObject({ status: 'FAILED', attempts: 9, nextAttemptAt: null });
    expect(receiver.received).toHaveLength(9);
    expect(new Set(receiver.received.map((each) => `${each.id} ${each.text}`)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(9);
  });

  it('can succeed at a later attempt, after which the endpoint is healthy again', async () => {
    let status = 503;
    const receiver = await startReceiver((response) => response.writeHead(status).end());
    const { id } = await makeEndpoint(workspace, { url: receiver.url });
    await succeed(workspace, SendTestWebhookDocument, { endpointId: id });
    const { nextAttemptAt } = await deliveryThat(workspace, id, 1);
    expect((await readEndpoint(workspace, id)).failingSince).toBe(now.toISOString());
    status = 200;
    now = new Date(nextAttemptAt ?? 0);
    expect(await deliveryThat(workspace, id, 2)).toMatchObject({ status: 'SUCCEEDED', errorMessage: null });
    expect((await readEndpoint(workspace, id)).failingSince).toBeNull();
  });

  it('waits as long as Retry-After says, in seconds or as a date', async () => {
    const inSeconds = await failing(429, { 'retry-after': '3600' });
    expect(waitMs(inSeconds.first.nextAttemptAt)).toBe(HOUR);
    now = new Date('2026-03-01T12:00:00.000Z');
    const asDate = await failing(503, { 'retry-after': 'Sun, 01 Mar 2026 14:00:00 GMT' });
    expect(waitMs(asDate.first.nextAttemptAt)).toBe(2 * HOUR);
  });

  it('waits at most a day, and never less than without Retry-After', async () => {
    const long = await failing(503, { 'retry-after': '999999' });
    expect(waitMs(long.first.nextAttemptAt)).toBe(DAY);
    const short = await failing(503, { 'retry-after': '0' });
    expect(waitMs(short.first.nextAttemptAt)).toBeGreaterThanOrEqual(5000);
  });

  it('is not retried at the same moment as all that failed with it', async () => {
    const failures = await Promise.all(Array.from({ length: 5 }, () => failing(500)));
    expect(new Set(failures.map(({ first }) => first.lastAttemptAt)).size).toBe(1);
    expect(new Set(failures.map(({ first }) => first.nextAttemptAt)).size).toBeGreaterThan(1);
  });

  it('can be redelivered immediately, with all attempts again', async () => {
    const { receiver, id, first } = await failing(500);
    await succeed(workspace, RedeliverWebhookDocument, { deliveryId: first.id });
    // At an endpoint that fails there is a pause before the next try.
    now = new Date(now.getTime() + 2_000);
    await arrived(receiver, 2);
    expect(await deliveryThat(workspace, id, 1)).toMatchObject({ status: 'PENDING', attempts: 1 });
    expect(receiver.received[1]).toMatchObject({ id: receiver.received[0]?.id, text: receiver.received[0]?.text });
  });
});

describe('an endpoint', () => {
  it('that answers 410 is deactivated immediately, and its pending deliveries are abandoned', async () => {
    const { id } = await failing(410);
    await vi.waitFor(async () => expect((await readEndpoint(workspace, id)).active).toBe(false), PATIENCE);
    expect(await readEndpoint(workspace, id)).toMatchObject({
      deactivationReason: 'GONE',
      deactivatedAt: now.toISOString(),
    });
    expect(await onlyDelivery(workspace, id)).toMatchObject({
      status: 'FAILED',
      statusCode: 410,
      errorMessage: 'The receiver answered 410.',
      nextAttemptAt: null,
    });
  });

  it('is deactivated after 5 days of failures only, and not before', async () => {
    const { id } = await failing(500);
    const began = now;
    for (const [index, days] of [1, 2, 3, 4].entries()) {
      now = new Date(began.getTime() + days * DAY);
      await deliveryThat(workspace, id, index + 2);
    }
    now = new Date(began.getTime() + 5 * DAY - 1);
    await deliveryThat(workspace, id, 6);
    expect(await readEndpoint(workspace, id)).toMatchObject({ active: true, failingSince: began.toISOString() });
    now = new Date(now.getTime() + 6 * HOUR);
    await vi.waitFor(async () => expect((await readEndpoint(workspace, id)).active).toBe(false), PATIENCE);
    expect((await readEndpoint(workspace, id)).deactivationReason).toBe('FAILING');
    expect(await onlyDelivery(workspace, id)).toMatchObject({ status: 'FAILED', attempts: 7, nextAttemptAt: null });
  });

  it('that fails has at most a hundred deliveries prepared, and gets everything it missed when it recovers', async () => {
    let status = 500;
    const receiver = await startReceiver((response) => response.writeHead(status).end());
    const { id } = await makeEndpoint(workspace, { url: receiver.url, events: ['conversation.updated'] });
    const conversationIds: string[] = [];
    for (let count = 0; count < 50; count += 1) conversationIds.push((await makeConversation(workspace)).id);
    for (const tag of ['a', 'b', 'c', 'd']) {
      await succeed(workspace, TagConversationsDocument, { conversationIds, add: [tag] });
      await arrived(receiver, 1);
      await vi.waitFor(async () => expect((await readEndpoint(workspace, id)).failingSince).not.toBeNull(), PATIENCE);
    }
    expect((await readEndpoint(workspace, id)).deliveries.totalCount).toBeLessThanOrEqual(100);
    status = 200;
    receiver.received.length = 0;
    await vi.waitFor(() => {
      now = new Date(now.getTime() + 5_000);
      expect(new Set(receiver.received.map((each) => each.id)).size).toBe(200);
    }, PATIENCE);
  });
});
