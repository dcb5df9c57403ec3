import path from 'node:path';
import { expect, it, vi } from 'vitest';
import { contactNames, createContact } from './support/graphql.js';
import { postgresBelow } from './support/postgres-processes.js';
import { type Announcement, type Program, runToEnd, startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const environment = () => ({ DATA_DIR: path.join(directory(), 'data') });
let server: (Program & Announcement) | undefined;

/** The server that an earlier test has left running, or a new one on the same data. */
async function runningServer() {
  if (!server || server.process.exitCode !== null || server.process.signalCode !== null) {
    server = await startServer({ env: environment() });
  }
  return server;
}

async function killPostgres(): Promise<number> {
  const [pid, ...others] = await postgresBelow(directory());
  expect(others).toEqual([]);
  if (pid === undefined) throw new Error('PostgreSQL does not run');
  process.kill(pid, 'SIGKILL');
  return pid;
}

it('a second process on the same data stops with one line, and the first continues', TIMEOUT, async () => {
  const first = await runningServer();
  const { code, stderr } = await runToEnd({ env: environment() });
  const whose = `Another Parley process (process ${first.process.pid}) is using ${directory()}/data`;
  expect({ code, stderr }).toEqual({ code: 1, stderr: `${whose}: stop it, or set DATA_DIR to another directory\n` });
  await createContact(first, 'After the second');
});

it('a server whose PostgreSQL is killed restarts it and continues', TIMEOUT, async () => {
  const running = await runningServer();
  await createContact(running, 'Before the crash');
  const killed = await killPostgres();
  await vi.waitFor(async () => expect(await contactNames(running)).toContain('Before the crash'), {
    timeout: 15_000,
    interval: 100,
  });
  expect(await postgresBelow(directory())).not.toContain(killed);
});

it('data and the demo key survive a restart', TIMEOUT, async () => {
  const before = await runningServer();
  await createContact(before, 'Before the restart');
  await before.stop();
  const restarted = await runningServer();
  expect(restarted.key).toBe(before.key);
  expect(await contactNames(restarted)).toContain('Before the restart');
});

it('after kill -9 of the server, the next start takes over the orphaned PostgreSQL', TIMEOUT, async () => {
  const killed = await runningServer();
  await createContact(killed, 'Before the kill');
  await killed.stop('SIGKILL');
  const left = await postgresBelow(directory());
  expect(left).toHaveLength(1);
  expect(await contactNames(await runningServer())).toContain('Before the kill');
  expect(await postgresBelow(directory())).toEqual(left);
});

it('after kill -9 of server and PostgreSQL, the next start recovers the data', TIMEOUT, async () => {
  const killed = await runningServer();
  await createContact(killed, 'Before both were killed');
  await Promise.all([killed.stop('SIGKILL'), killPostgres()]);
  const next = await runningServer();
  expect(await contactNames(next)).toContain('Before both were killed');
  expect((await next.stop()).code).toBe(0);
  expect(await postgresBelow(directory())).toEqual([]);
});
