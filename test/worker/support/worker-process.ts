import { vi } from 'vitest';
import { type Program, start } from '../../e2e/support/program.js';

/** For what a worker does by itself, on a machine that is busy with others. */
export const PATIENCE = { timeout: 30_000, interval: 50 };

/** Starts a process that only does jobs, and waits until it does. */
export async function startWorkerProcess(databaseUrl: string, environment: NodeJS.ProcessEnv = {}): Promise<Program> {
  const env = { DATABASE_URL: databaseUrl, ...environment };
  const program = await start({ env, command: ['node', 'dist/worker.js'] });
  await vi.waitFor(() => {
    if (!program.output.stdout.includes('The worker of Parley runs')) throw new Error(program.output.stderr);
  }, PATIENCE);
  return program;
}
