import { afterAll, inject } from 'vitest';
import { type Announcement, type Program, startServer } from '../../e2e/support/program.js';

export type RunningServer = Program & Announcement;

/** On the database that all tests share, a worker would do, and tell of, the work of others. */
const ON_SHARED_DATABASE = { WORKER: 'off' };

/** Starts server processes for the tests of a file; those still there after them are killed. */
export function useServers(): (env: NodeJS.ProcessEnv) => Promise<RunningServer> {
  const running: RunningServer[] = [];
  afterAll(async () => {
    await Promise.all(running.map((server) => server.stop('SIGKILL')));
  });
  return async (env) => {
    const server = await startServer({
      env: { LOG_LEVEL: 'warn', ...(isShared(env) ? ON_SHARED_DATABASE : {}), ...env },
    });
    running.push(server);
    return server;
  };
}

function isShared({ DATABASE_URL }: NodeJS.ProcessEnv): boolean {
  return DATABASE_URL === inject('databaseUrl');
}
