import { readdir, readFile } from 'node:fs/promises';
import { withClient } from './database.js';

const TICK_MS = 10;

/**
 * Reads the CPU time that PostgreSQL has used, in milliseconds: of all its processes, those that have ended included. It
 * must run on this machine, and what else it does counts too.
 */
export async function databaseCpu(url: string): Promise<() => Promise<number>> {
  const { rows } = await withClient(url, async (client) => {
    const { rows: backends } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    return { rows: await Promise.all(backends.map(({ pid }) => readStat(pid))) };
  });
  const postmaster = rows[0]?.parent;
  if (!postmaster) throw new Error('PostgreSQL does not run on this machine, so its CPU time is unknown.');
  return async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
    const stats = await Promise.all(pids.map(readStat));
    const own = stats.find((stat) => stat?.pid === postmaster);
    const children = stats.filter((stat) => stat?.parent === postmaster);
    return children.reduce((sum, stat) => sum + (stat?.cpuMs ?? 0), (own?.cpuMs ?? 0) + (own?.endedCpuMs ?? 0));
  };
}

type Stat = { pid: number; parent: number; cpuMs: number; endedCpuMs: number };

/** What /proc says of a process; null if there is no such. */
async function readStat(pid: number): Promise<Stat | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The name, in parentheses, may contain blanks.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ticks = (first: number) => ((fields[first] ?? 0) + (fields[first + 1] ?? 0)) * TICK_MS;
  return { pid, parent: fields[1] ?? 0, cpuMs: ticks(11), endedCpuMs: ticks(13) };
}
