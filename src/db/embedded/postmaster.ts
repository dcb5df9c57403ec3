import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../lib/error-info.js';
import { run } from './run.js';

/** PostgreSQL's main process. */
export type Postmaster = {
  pid: number;
  port: number;
  /** Whether it accepts connections, which it does not while starting, recovering from a crash or stopping. */
  ready: boolean;
};

const POLL_MS = 20;
const STOP_TIMEOUT_MS = 60_000;

/** The process that currently serves this data, if any. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await readLockFile(data))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!(await isPostmaster(pid, data))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** Rolls back open transactions, writes out the data, and stops the process. */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  signalPostmaster(pid, 'SIGINT');
  const giveUp = Date.now() + STOP_TIMEOUT_MS;
  while (await isPostmaster(pid, data)) {
    if (Date.now() > giveUp) signalPostmaster(pid, 'SIGQUIT');
    await sleep(POLL_MS);
  }
}

/** SIGINT is PostgreSQL's fast shutdown. SIGQUIT does not write out the data, so the next start has to recover it. */
export function signalPostmaster(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has already ended.
  }
}

/**
 * Disarms a stale lock file that would keep PostgreSQL from starting: one with the id of another program's process,
 * because the id of a crashed PostgreSQL was reused, or one that a power failure has emptied. PostgreSQL starts if the
 * file names its parent process, and then still checks that none of its own processes is left; without the file it
 * would not.
 */
export async function disarmStaleLockFile(data: string): Promise<void> {
  const stale = await readLockFile(data);
  const [line = ''] = stale?.split('\n') ?? [];
  if (stale === undefined || (/^\d+$/.test(line) && !isAlive(Number(line)))) return;
  // A file that is just being written looks the same, so check again.
  await sleep(POLL_MS);
  if (stale !== (await readLockFile(data)) || (await isPostmaster(Number(line), data))) return;
  await writeFile(lockFile(data), stale.replace(/^[^\n]*/, String(process.pid)));
}

/** Checks the command line, because the process id may have been reused by another program. */
async function isPostmaster(pid: number, data: string): Promise<boolean> {
  return isAlive(pid) && (await commandLine(pid)).includes(`postgres -D ${data} `);
}

/** Whether there is a process with this id, of whatever program. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform !== 'linux') return (await run('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout;
  const raw = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return raw.replaceAll('\0', ' ');
}

function lockFile(data: string): string {
  return path.join(data, 'postmaster.pid');
}

async function readLockFile(data: string): Promise<string | undefined> {
  try {
    return await readFile(lockFile(data), 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
