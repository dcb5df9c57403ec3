import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../lib/error-info.js';
import { run } from './run.js';

/** PostgreSQL's main process. */
export type Postmaster = {
  pid: number;
  port: number;
  /** Whether it accepts connections; not while it starts, recovers from a crash or stops. */
  ready: boolean;
};

const POLL_MS = 20;
const STOP_TIMEOUT_MS = 60_000;

/** The process that serves this data now. */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const lines = (await readLockFile(data))?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!(await isPostmaster(pid, data))) return undefined;
  return { pid, port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/** Stops the process as soon as its transactions are rolled back and its data is written out. */
export async function stopPostmaster(pid: number, data: string): Promise<void> {
  signalPostmaster(pid, 'SIGINT');
  const giveUp = Date.now() + STOP_TIMEOUT_MS;
  while (await isPostmaster(pid, data)) {
    if (Date.now() > giveUp) signalPostmaster(pid, 'SIGQUIT');
    await sleep(POLL_MS);
  }
}

/** SIGINT is PostgreSQL's fast shutdown; SIGQUIT does without writing the data out, which the next start then makes up for. */
export function signalPostmaster(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/**
 * Makes a lock file harmless that PostgreSQL would refuse to start with, although it does not run: one that names another
 * program's process, as happens when a crashed one's process id is in use again, or one that a power cut has emptied.
 * PostgreSQL does start when the file names its parent, and still checks that no other of its processes is left, which it
 * would not do without the file.
 */
export async function disarmStaleLockFile(data: string): Promise<void> {
  const stale = await readLockFile(data);
  const [line = ''] = stale?.split('\n') ?? [];
  if (stale === undefined || (/^\d+$/.test(line) && !isAlive(Number(line)))) return;
  // One that is just being written looks the same.
  await sleep(POLL_MS);
  if (stale !== (await readLockFile(data)) || (await isPostmaster(Number(line), data))) return;
  await writeFile(lockFile(data), stale.replace(/^[^\n]*/, String(process.pid)));
}

/** Told by its command line, as its process id may long be another program's. */
async function isPostmaster(pid: number, data: string): Promise<boolean> {
  return isAlive(pid) && (await commandLine(pid)).includes(`postgres -D ${data} `);
}

function isAlive(pid: number): boolean {
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
