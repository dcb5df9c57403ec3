import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartError } from '../../lib/program.js';
import type { Cluster } from './cluster.js';
import { disarmStaleLockFile, findPostmaster, type Postmaster, signalPostmaster } from './postmaster.js';
import { CLEAN_ENVIRONMENT, reasonIn } from './run.js';

// Passed at every start rather than stored in the data, so that a new version's settings apply to old data too.
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  // There is no replication.
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  // Saves three processes; a small database is read from memory anyway.
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The server reports errors of its statements itself; in this file they would only expose user data.
  log_min_messages: 'log',
  log_checkpoints: 'off',
};

// Transient: a port that was taken in the meantime, or processes of another PostgreSQL that are still ending.
const TRANSIENT = /could not (bind|create any TCP)|pre-existing shared memory|lock file .* (already exists|is empty)/;
const MAX_ATTEMPTS = 5;
const RETRY_MS = 300;
const POLL_MS = 20;

/**
 * Starts PostgreSQL and waits until it is ready, which can take minutes after a crash. It gets a session of its own,
 * which survives Ctrl-C in the terminal and the death of this process. If another process starts it at the same time,
 * returns the one that won.
 * @param port the port to listen on; any free port if left out
 * @throws {StartError} if it does not start
 */
export async function startPostmaster(cluster: Cluster, port?: number): Promise<Postmaster> {
  await disarmStaleLockFile(cluster.data);
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptStart(cluster, port ?? (await freePort()));
    if (typeof outcome !== 'string') return outcome;
    if (attempt === MAX_ATTEMPTS || !TRANSIENT.test(outcome)) {
      throw new StartError(
        `The embedded PostgreSQL does not start with the data in DATA_DIR: ${reasonIn(outcome)} (its log is ${cluster.log})`,
      );
    }
    await sleep(RETRY_MS);
  }
}

/** Returns the process, or what PostgreSQL logged if it did not start. */
async function attemptStart({ data, log, user, binaries }: Cluster, port: number): Promise<Postmaster | string> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const file = await open(log, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  try {
    if (user) await file.chown(user.uid, user.gid);
    const { size: before } = await file.stat();
    const child = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...settings], {
      ...user,
      cwd: '/',
      env: CLEAN_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', file.fd, file.fd],
    });
    child.unref();
    await once(child, 'spawn');
    return (await untilReady(child, data)) ?? (await readFile(log)).subarray(before).toString();
  } finally {
    await file.close();
  }
}

async function untilReady(child: ChildProcess, data: string): Promise<Postmaster | undefined> {
  const stop = () => child.pid !== undefined && signalPostmaster(child.pid, 'SIGINT');
  process.once('exit', stop);
  try {
    while (child.exitCode === null && child.signalCode === null) {
      const found = await findPostmaster(data);
      if (found?.ready || (found && found.pid !== child.pid)) return found;
      await sleep(POLL_MS);
    }
    return await findPostmaster(data);
  } finally {
    process.off('exit', stop);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('A server on a port has no port');
  return address.port;
}
