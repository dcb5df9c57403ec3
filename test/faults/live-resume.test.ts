import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, inject, it } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { loggedIds, newWorkspace } from './support/log-rows.js';
import { resumeAlways } from './support/resuming-client.js';
import { type RunningServer, useServers } from './support/servers.js';
import { cursorNow, makeUsers, write, writeOnce } from './support/writers.js';

const databaseUrl = inject('databaseUrl');
const startServer = useServers();
const TIMEOUT = 120_000;
const PARTICIPANTS = 49;
const EVENTS_PER_WRITE = PARTICIPANTS + 1;

let one: RunningServer;
let other: RunningServer;
beforeAll(async () => {
  [one, other] = await Promise.all([
    startServer({ DATABASE_URL: databaseUrl }),
    startServer({ DATABASE_URL: databaseUrl }),
  ]);
}, TIMEOUT);

it('10 000 events of 8 writers on two processes reach a client once and in order, although its socket is cut 50 times', {
  timeout: TIMEOUT,
}, async () => {
  const workspace = await newWorkspace(databaseUrl);
  const first = { url: one.url, apiKey: workspace.apiKey };
  const second = { url: other.url, apiKey: workspace.apiKey };
  const participantIds = await makeUsers(first, PARTICIPANTS);
  let connections = 0;
  const client = resumeAlways({
    nextUrl: () => [one.url, other.url][connections++ % 2] ?? one.url,
    apiKey: workspace.apiKey,
    after: await cursorNow(first),
  });
  try {
    const each = Math.ceil(10_000 / EVENTS_PER_WRITE / 8);
    const writing = write({
      writers: 8,
      each,
      participantIds,
      callerFor: (writer) => (writer % 2 === 0 ? first : second),
    });
    const cutting = (async () => {
      for (let cuts = 0; cuts < 50; cuts += 1) {
        const begun = client.subscriptions();
        await sleep(Math.random() * 200);
        // Some cuts hit a socket that is still being set up; every other one waits until there is a subscription to end.
        if (cuts % 2 === 0) await eventually(() => client.subscriptions() > begun, 'a subscription', 30_000);
        client.cut();
      }
    })();
    await Promise.all([writing, cutting]);
    // Behind the last one there is nothing that could still come twice.
    await writeOnce(second, []);
    const logged = await loggedIds(databaseUrl, workspace);
    expect(logged.length).toBeGreaterThan(10_000);
    await eventually(() => client.ids.at(-1) === logged.at(-1), 'the last event', 60_000);
    expect(client.ids).toEqual(logged);
    expect(client.failures).toEqual([]);
    expect(client.closeCodes).toEqual([]);
    expect(client.subscriptions()).toBeGreaterThanOrEqual(25);
  } finally {
    client.stop();
  }
});

it('a client whose server process is killed continues with another one and misses nothing', {
  timeout: TIMEOUT,
}, async () => {
  const killed = one;
  const workspace = await newWorkspace(databaseUrl);
  const callers = [killed, other].map(({ url }) => ({ url, apiKey: workspace.apiKey }));
  const callerFor = (writer: number, attempt: number) => callers[(writer + attempt) % 2] ?? { url: '', apiKey: '' };
  const participantIds = await makeUsers(callerFor(0, 0), 19);
  let connections = 0;
  const client = resumeAlways({
    nextUrl: () => callerFor(0, connections++).url,
    apiKey: workspace.apiKey,
    after: await cursorNow(callerFor(0, 0)),
  });
  try {
    const writing = write({ writers: 4, each: 25, participantIds, callerFor });
    await eventually(() => client.ids.length >= 400, 'a part of the events', 30_000);
    await killed.stop('SIGKILL');
    await writing;
    await writeOnce(callerFor(1, 0), []);
    const logged = await loggedIds(databaseUrl, workspace);
    await eventually(() => client.ids.at(-1) === logged.at(-1), 'the last event', 30_000);
    expect(client.ids).toEqual(logged);
    expect(client.failures).toEqual([]);
    expect(client.subscriptions()).toBe(2);
  } finally {
    client.stop();
  }
});
