import { afterAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { loggedIds, newWorkspace } from './support/log-rows.js';
import { type Network, openNetwork } from './support/network.js';
import { type ResumingClient, resumeAlways } from './support/resuming-client.js';
import { useServers } from './support/servers.js';
import { type Caller, cursorNow, writeOnce } from './support/writers.js';

const databaseUrl = inject('databaseUrl');
const redisUrl = process.env.REDIS_URL;
const startServer = useServers();
const closers: (() => void)[] = [];
afterAll(() => {
  for (const close of closers) close();
});

const TIMEOUT = 90_000;
/** The heads are polled every 2 s; the rest is for a machine that is busy with others. */
const BY_POLL_MS = 4_000;
/** A poll is that fast in one of four cases only. */
const BY_NOTIFIER_MS = 500;

/** Writes by one process, and tells after how many ms the event has reached the client of the other one. */
async function latency(writer: Caller, client: ResumingClient): Promise<number> {
  const before = client.ids.length;
  const began = performance.now();
  await writeOnce(writer, []);
  const written = performance.now();
  await eventually(() => client.ids.length > before, 'the event', 15_000);
  return Math.min(performance.now() - written, performance.now() - began);
}

/** Waits until eight events in a row come as fast as only the notifier can deliver them. */
async function expectFast(writer: Caller, client: ResumingClient): Promise<void> {
  let inARow = 0;
  await eventually(
    async () => {
      inARow = (await latency(writer, client)) < BY_NOTIFIER_MS ? inARow + 1 : 0;
      return inARow === 8;
    },
    'eight fast events',
    30_000,
  );
}

type Setting = { writerEnv: NodeJS.ProcessEnv; listenerEnv: NodeJS.ProcessEnv; network: Network };

async function expectToSurvive({ writerEnv, listenerEnv, network }: Setting): Promise<void> {
  closers.push(network.close);
  const [writing, listening] = await Promise.all([startServer(writerEnv), startServer(listenerEnv)]);
  const workspace = await newWorkspace(databaseUrl);
  const writer = { url: writing.url, apiKey: workspace.apiKey };
  const client = resumeAlways({
    nextUrl: () => listening.url,
    apiKey: workspace.apiKey,
    after: await cursorNow(writer),
  });
  try {
    await expectFast(writer, client);
    for (let times = 0; times < 4; times += 1) {
      network.cut();
      expect(await latency(writer, client)).toBeLessThan(BY_POLL_MS);
    }
    await expectFast(writer, client);
    network.silence();
    for (let times = 0; times < 3; times += 1) expect(await latency(writer, client)).toBeLessThan(BY_POLL_MS);
    await expectFast(writer, client);
    expect(client.ids).toEqual(await loggedIds(databaseUrl, workspace));
    expect(client.subscriptions()).toBe(1);
    // A connection that has fallen silent does not hold up the end.
    network.silence();
    expect((await listening.stop()).code).toBe(0);
  } finally {
    client.stop();
  }
}

describe('events arrive by polling while notifications fail, and fast again afterwards,', () => {
  it('over LISTEN and NOTIFY', { timeout: TIMEOUT }, async () => {
    const network = await openNetwork(databaseUrl, (beginning) => beginning.includes('parley-notifier'));
    await expectToSurvive({
      writerEnv: { DATABASE_URL: databaseUrl },
      listenerEnv: { DATABASE_URL: network.url },
      network,
    });
  });

  it.skipIf(!redisUrl)('over Redis (only where REDIS_URL is set)', { timeout: TIMEOUT }, async () => {
    const network = await openNetwork(redisUrl ?? '', () => true);
    await expectToSurvive({
      writerEnv: { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl },
      listenerEnv: { DATABASE_URL: databaseUrl, REDIS_URL: network.url },
      network,
    });
  });
});
