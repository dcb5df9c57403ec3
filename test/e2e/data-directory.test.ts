import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { startEmbeddedDatabase } from '../../src/db/embedded.js';
import { StartError } from '../../src/lib/program.js';
import { withSql } from '../faults/support/log-rows.js';
import { freePort } from '../support/free-port.js';
import { postgresBelow } from './support/postgres-processes.js';
import { type Invocation, runToEnd, start, startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
/** For several processes in a row. */
const PATIENT = { timeout: 180_000 };
const startOn = (dataDir: string) => startEmbeddedDatabase({ dataDir, log: pino({ level: 'silent' }) });

async function refusal(dataDir: string): Promise<string> {
  const error = await startOn(dataDir).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(StartError);
  return error.message;
}

it('of two concurrent first starts, one owns the data and the other is refused', TIMEOUT, async () => {
  const dataDir = path.join(directory(), 'contended');
  const outcomes = await Promise.allSettled([startOn(dataDir), startOn(dataDir)]);
  const [owner, ...others] = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [refused] = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.message] : []));
  expect(others).toEqual([]);
  expect(refused).toMatch(/^Another Parley process \(process \d+\) is using .*: stop it, or set DATA_DIR/);
  expect(await postgresBelow(dataDir)).toHaveLength(1);
  expect(await readdir(dataDir)).toEqual(['postgres']);
  await owner?.stop();
  expect(await postgresBelow(dataDir)).toEqual([]);
});

it('a first start that is killed midway does not block the next', TIMEOUT, async () => {
  const dataDir = path.join(directory(), 'killed');
  const invocation = { command: ['node', 'dist/cli/migrate.js'], env: { DATA_DIR: dataDir } } satisfies Invocation;
  const killed = await start(invocation);
  await vi.waitFor(async () => expect(await readdir(dataDir)).toEqual([expect.stringMatching(/^postgres\.new-/)]), {
    timeout: 30_000,
    interval: 5,
  });
  await killed.stop('SIGKILL');
  expect((await runToEnd(invocation)).stdout).toMatch(/^Applied /);
  expect(await readdir(dataDir)).toEqual(['postgres']);
});

it('PostgreSQL has the port that it is given, also where one that was left behind has another', PATIENT, async () => {
  const dataDir = path.join(directory(), 'ported');
  const env = { DATA_DIR: dataDir, DEMO: 'off' };
  await (await startServer({ env })).stop('SIGKILL');
  const port = await freePort();
  const server = await startServer({ env: { ...env, EMBEDDED_PORT: String(port) } });
  const password = (await readFile(path.join(dataDir, 'postgres/password'), 'utf8')).trim();
  const url = `postgresql://parley:${password}@127.0.0.1:${port}/parley`;
  expect((await withSql(url, (sql) => sql.query('SELECT count(*)::int AS count FROM "Workspace"'))).rowCount).toBe(1);
  await server.stop();
});

it('a lock file left by a crash does not keep PostgreSQL from starting', TIMEOUT, async () => {
  const dataDir = path.join(directory(), 'crashed');
  await (await startOn(dataDir)).stop();
  // By now its process id is another program's, here this one's.
  for (const left of [`${process.pid}\n${dataDir}\n1700000000\n5432\n\n127.0.0.1\n`, '', 'garbage']) {
    await writeFile(path.join(dataDir, 'postgres/data/postmaster.pid'), left);
    await (await startOn(dataDir)).stop();
  }
});

it('a data directory that is a file is refused, naming DATA_DIR', async () => {
  const file = path.join(directory(), 'file');
  await writeFile(file, '');
  expect(await refusal(file)).toMatch(/^DATA_DIR is .*\/file, which cannot be used/);
});

it('data of another PostgreSQL version is refused, naming both versions', async () => {
  const dataDir = path.join(directory(), 'old');
  await mkdir(path.join(dataDir, 'postgres/data'), { recursive: true });
  await writeFile(path.join(dataDir, 'postgres/data/PG_VERSION'), '12\n');
  expect(await refusal(dataDir)).toMatch(/PostgreSQL 12, .* PostgreSQL 18: .* DATA_DIR/);
});

it('other files in place of the data are refused and left alone', async () => {
  const dataDir = path.join(directory(), 'foreign');
  const file = path.join(dataDir, 'postgres/file');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, '');
  expect(await refusal(dataDir)).toMatch(/postgres is not a Parley database, .*: remove it/);
  expect(await readdir(path.dirname(file))).toEqual(['file']);
});
