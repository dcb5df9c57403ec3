import { afterAll } from 'vitest';
import { type Announcement, type Program, startServer } from '../../e2e/support/program.js';

export type RunningServer = Program & Announcement;

/** Starts server processes for the tests of a file; those still there after them are killed. */
export function useServers(): (env: NodeJS.ProcessEnv) => Promise<RunningServer> {
  const running: RunningServer[] = [];
  afterAll(async () => {
    await Promise.all(running.map((server) => server.stop('SIGKILL')));
  });
  return async (env) => {
    const server = await startServer({ env: { LOG_LEVEL: 'warn', ...env } });
    running.push(server);
    return server;
  };
}
