import { afterEach, expect, it, vi } from 'vitest';
import { TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { startParley, type TestServer } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { PATIENCE } from './support/worker-process.js';

const MINUTE_MS = 60_000;

const database = useScratchDatabase();
let server: TestServer | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await server?.stop();
});

/** The jobs that a server has done, by its metrics. */
async function jobsDone({ url }: TestServer): Promise<Set<string>> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const counts = text.matchAll(/^parley_job_duration_seconds_count\{job="(.+)",outcome="done"\} \d+$/gm);
  return new Set(Array.from(counts, ([, job = '']) => job));
}

it('every recurring job starts by itself within an hour', TIMEOUT, async () => {
  // The clock is just before a full minute, when the worker checks its schedule.
  vi.useFakeTimers({ toFake: ['Date'], now: Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 100 });
  const started = await startParley({ databaseUrl: database.url, config: { worker: true } });
  server = started;
  const known = 'SELECT FROM graphile_worker._private_known_crontabs';
  await eventually(async () => (await database.rows(known)).length > 0, 'the worker has started');
  expect(await jobsDone(started)).toEqual(new Set());
  vi.setSystemTime(Date.now() + 60 * MINUTE_MS);
  const regular = [
    'add-up-conversation-counts',
    'catch-up-timers',
    'clean-idempotency',
    'clean-revoked-tokens',
    'clean-uploads',
    'clean-webhook-deliveries',
    'trim-audit',
    'trim-logs',
  ];
  await vi.waitFor(async () => expect(await jobsDone(started)).toEqual(new Set(regular)), PATIENCE);
});
