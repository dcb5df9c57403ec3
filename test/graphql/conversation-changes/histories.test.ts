import { expect, inject, it } from 'vitest';
import { newWorkspace, withSql } from '../../faults/support/log-rows.js';
import { type RunningServer, useServers } from '../../faults/support/servers.js';
import { useParley } from '../../support/fixtures.js';
import { SCRATCH_CONNECTION, useScratchDatabase } from '../../support/scratch-database.js';
import { type Fault, runHistory } from './support/run-history.js';
import { insistentClient } from './support/servers.js';

const HISTORIES = Number(process.env.HISTORIES ?? 3);
const KILLS = Number(process.env.KILLS ?? 1);
const FIRST_SEED = Number(process.env.SEED ?? 1);
const TIMEOUT = 240_000;

const seeds = (count: number) => Array.from({ length: count }, (_, index) => FIRST_SEED + index);

const database = useScratchDatabase();
const one = useParley({ databaseUrl: database.url });
const other = useParley({ databaseUrl: database.url });
const startServer = useServers();

/** Breaks all connections to the database that there are. */
async function breakConnections(): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await withSql(inject('databaseUrl'), (sql) =>
    sql.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend'
         AND datname = $1 AND application_name <> $2`,
      [name, SCRATCH_CONNECTION],
    ),
  );
}

const databaseFailure: Fault = { name: 'The database fails.', chance: 0.1, happen: breakConnections };

it.each(seeds(HISTORIES))(
  'a client holds exactly what the query answers at every quiet moment, whatever happens, however it is cut, and if the database fails (seed %i)',
  async (seed) => {
    let turns = 0;
    const nextUrl = () => (turns++ % 2 === 0 ? one : other).url;
    const connect = (workspace: { id: string; apiKey: string }) => insistentClient(nextUrl, workspace);
    const workspace = connect(await newWorkspace(database.url));
    await runHistory({ workspace, connect, nextUrl, faults: [databaseFailure] }, seed);
  },
  TIMEOUT,
);

/** Two server processes, of which one may be killed at a time; another takes its place. */
async function startProcesses() {
  const unlimited = { RATE_LIMIT_KEY: '0', RATE_LIMIT_USER: '0', RATE_LIMIT_CONTACT: '0' };
  const start = () => startServer({ DATABASE_URL: database.url, WORKER: 'off', ...unlimited });
  const running: RunningServer[] = await Promise.all([start(), start()]);
  let turns = 0;
  let replacing = false;
  let kills = 0;
  return {
    nextUrl: () => running[turns++ % running.length]?.url ?? '',
    kills: () => kills,
    kill: async () => {
      if (replacing) return;
      replacing = true;
      const [killed] = running.splice(turns % running.length, 1);
      kills += 1;
      await killed?.stop('SIGKILL');
      // A database that fails meanwhile ends it.
      running.push(await start().catch(start));
      replacing = false;
    },
  };
}

let processes: Awaited<ReturnType<typeof startProcesses>> | undefined;

it.each(seeds(KILLS))(
  'a client holds exactly what the query answers at every quiet moment, also if its server is killed (seed %i)',
  async (seed) => {
    processes ??= await startProcesses();
    const { nextUrl, kill, kills } = processes;
    const connect = (workspace: { id: string; apiKey: string }) => insistentClient(nextUrl, workspace);
    const workspace = connect(await newWorkspace(database.url));
    const before = kills();
    const faults = [{ name: 'A process is killed.', chance: 0.1, certain: true, happen: kill }, databaseFailure];
    await runHistory({ workspace, connect, nextUrl, faults }, seed);
    expect(kills()).toBeGreaterThan(before);
  },
  TIMEOUT,
);
