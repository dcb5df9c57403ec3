import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { vi } from 'vitest';

/** The process ids of the PostgreSQL servers whose data is below the directory. */
export async function postgresBelow(directory: string): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command=']);
  const lines = stdout.split('\n').filter((line) => line.includes(`postgres -D ${directory}/`));
  return lines.map((line) => Number.parseInt(line, 10));
}

/** Waits until none is left. */
export async function expectNoPostgresBelow(directory: string): Promise<void> {
  await vi.waitFor(async () => {
    const pids = await postgresBelow(directory);
    if (pids.length > 0) throw new Error(`PostgreSQL still runs below ${directory}: ${pids}`);
  }, 5_000);
}

/** Ends what a failed test has left. */
export async function killPostgresBelow(directory: string): Promise<void> {
  for (const pid of await postgresBelow(directory)) process.kill(pid, 'SIGKILL');
}
