import path from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/db/embedded.js';
import { migrate } from '../../src/db/migrate.js';
import { postgresBelow } from '../e2e/support/postgres-processes.js';
import { useTemporaryDirectory } from '../e2e/support/temporary-directory.js';
import { eventually } from '../live/support/listen.js';
import { loggedIds, newWorkspace } from './support/log-rows.js';
import { resumeAlways } from './support/resuming-client.js';
import { useServers } from './support/servers.js';
import { cursorNow, makeUsers, write, writeOnce } from './support/writers.js';

const directory = useTemporaryDirectory();
const startServer = useServers();
let database: EmbeddedDatabase | undefined;
// It starts PostgreSQL again after each crash.
beforeAll(async () => {
  database = await startEmbeddedDatabase({
    dataDir: path.join(directory(), 'data'),
    log: pino({ level: 'silent' }),
  });
  await migrate(database.url);
});
afterAll(() => database?.stop());

/** The codes after which a client connects again. */
const TRY_AGAIN_LATER = 1013;

it('clients keep their subscriptions across crashes of PostgreSQL and miss nothing', {
  timeout: 120_000,
}, async () => {
  const url = database?.url ?? '';
  const servers = await Promise.all([startServer({ DATABASE_URL: url }), startServer({ DATABASE_URL: url })]);
  const workspace = await newWorkspace(url);
  const callers = servers.map((server) => ({ url: server.url, apiKey: workspace.apiKey }));
  const callerFor = (writer: number) => callers[writer % 2] ?? { url: '', apiKey: '' };
  const participantIds = await makeUsers(callerFor(0), 9);
  const after = await cursorNow(callerFor(0));
  const steady = resumeAlways({
    nextUrl: () => callerFor(0).url,
    apiKey: workspace.apiKey,
    fields: 'conversation { id subject } actor { id }',
    after,
  });
  let connections = 0;
  const restless = resumeAlways({ nextUrl: () => callerFor(connections++).url, apiKey: workspace.apiKey, after });
  const clients = [steady, restless];
  try {
    let running = true;
    const writing = write({ writers: 4, each: 30, participantIds, callerFor }).finally(() => {
      running = false;
    });
    const cutting = (async () => {
      while (running) {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 300));
        restless.cut();
      }
    })();
    for (const part of [150, 600]) {
      await eventually(() => steady.ids.length >= part, `${part} events`, 60_000);
      const [postmaster] = await postgresBelow(directory());
      if (postmaster === undefined) throw new Error('PostgreSQL does not run');
      process.kill(postmaster, 'SIGKILL');
    }
    await Promise.all([writing, cutting]);
    await writeOnce(callerFor(0), []);
    const logged = await loggedIds(url, workspace);
    for (const client of clients) {
      await eventually(() => client.ids.at(-1) === logged.at(-1), 'the last event', 30_000);
      expect(client.ids).toEqual(logged);
      expect(client.closeCodes.filter((code) => code !== TRY_AGAIN_LATER)).toEqual([]);
    }
    expect({ subscriptions: steady.subscriptions(), failures: steady.failures }).toEqual({
      subscriptions: 1,
      failures: [],
    });
  } finally {
    for (const client of clients) client.stop();
  }
});
