import { afterAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { type FakeRedis, startFakeRedis } from './support/fake-redis.js';
import { newWorkspace } from './support/log-rows.js';
import { resumeAlways } from './support/resuming-client.js';
import { type RunningServer, useServers } from './support/servers.js';
import { cursorNow, writeOnce } from './support/writers.js';

const databaseUrl = inject('databaseUrl');
const startServer = useServers();
const fakes: FakeRedis[] = [];
afterAll(() => {
  for (const redis of fakes) redis.close();
});

const TIMEOUT = 60_000;

async function start(rights?: { subscribe: boolean; publish: boolean }) {
  const redis = await startFakeRedis(rights);
  fakes.push(redis);
  const server = await startServer({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, LOG_LEVEL: 'info' });
  return { redis, server };
}

/** How many failures of this kind the server has counted. */
async function failures({ url }: RunningServer, action: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(
    new RegExp(`^parley_notifier_failures_total\\{action="${action}"\\} (\\d+)$`, 'm').exec(text)?.[1] ?? 0,
  );
}

/** Refuses SUBSCRIBE until the server has tried some times, and returns once it is subscribed again. */
async function expectToComeBack({ redis, server }: { redis: FakeRedis; server: RunningServer }): Promise<void> {
  const before = redis.refused();
  await eventually(() => redis.refused() >= before + 3, 'it tries again', 15_000);
  await eventually(async () => (await failures(server, 'subscribe')) >= 3, 'it counts the failures');
  expect(server.output.stderr).toContain('Notifier could not subscribe to Redis');
  expect(server.output.stderr).toContain('NOPERM');
  redis.allow({ subscribe: true });
  await eventually(() => redis.subscribers() === 1, 'it is subscribed', 15_000);
  await eventually(() => server.output.stderr.includes('Notifier is subscribed to Redis again'), 'it says so');
}

describe('a server whose Redis user may not subscribe', () => {
  it('keeps running when it loses the right and the connection, polls, and comes back by itself', {
    timeout: TIMEOUT,
  }, async () => {
    const { redis, server } = await start();
    await eventually(() => redis.subscribers() === 1, 'it is subscribed');
    const workspace = await newWorkspace(databaseUrl);
    const writer = { url: server.url, apiKey: workspace.apiKey };
    const client = resumeAlways({ nextUrl: () => server.url, apiKey: writer.apiKey, after: await cursorNow(writer) });
    try {
      for (let times = 0; times < 2; times += 1) {
        redis.allow({ subscribe: false });
        redis.cut();
        await writeOnce(writer, []);
        await eventually(() => client.ids.length > times, 'events arrive meanwhile');
        await expectToComeBack({ redis, server });
      }
    } finally {
      client.stop();
    }
    expect((await server.stop()).code).toBe(0);
  });

  it('subscribes once it gets the right, if it was started without it', { timeout: TIMEOUT }, async () => {
    const started = await start({ subscribe: false, publish: true });
    await expectToComeBack(started);
    expect((await started.server.stop()).code).toBe(0);
  });

  it('counts signals that it may not send, and warns of them once', { timeout: TIMEOUT }, async () => {
    const { redis, server } = await start({ subscribe: true, publish: false });
    const workspace = await newWorkspace(databaseUrl);
    const writer = { url: server.url, apiKey: workspace.apiKey };
    for (let times = 0; times < 3; times += 1) await writeOnce(writer, []);
    await eventually(async () => (await failures(server, 'publish')) >= 3, 'it counts the failures');
    expect(server.output.stderr.split('Notifier could not send a signal')).toHaveLength(2);
    redis.allow({ publish: true });
    await writeOnce(writer, []);
    expect(await failures(server, 'publish')).toBe(3);
    expect((await server.stop()).code).toBe(0);
  });
});
