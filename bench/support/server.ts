import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { startApp } from '../../src/app.js';
import { loadConfig } from '../../src/config.js';
import { openDatabase } from '../../src/db/client.js';
import { startEmbeddedDatabase } from '../../src/db/embedded.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';

/** Runs an operation in a workspace. Throws if it returns errors. */
export type Run = (query: string, variables: object) => Promise<unknown>;

/** A server with a worker, to measure. */
export type MeasuredServer = {
  /** Creates a workspace. */
  newWorkspace: () => Promise<Run>;
  stop: () => Promise<void>;
};

/** Starts a server on DATABASE_URL, or else on an embedded PostgreSQL that is removed afterwards. */
export async function startMeasuredServer(): Promise<MeasuredServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-bench-'));
  const config = loadConfig({ ...process.env, PORT: '0', DEMO: 'off', LOG_LEVEL: 'error', WEBHOOK_ALLOW_PRIVATE: '1' });
  const embedded =
    config.database.kind === 'embedded'
      ? await startEmbeddedDatabase({ dataDir, log: pino({ level: 'error' }) })
      : null;
  const url = config.database.kind === 'external' ? config.database.url : (embedded?.url ?? '');
  const app = await startApp({ ...config, database: { kind: 'external', url } });
  const database = openDatabase({ url, poolSize: 1 });
  return {
    newWorkspace: async () => {
      const { apiKey } = await createWorkspace(database.prisma, { name: 'Measured' });
      return async (query, variables) => {
        const response = await fetch(app.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
          body: JSON.stringify({ query, variables }),
        });
        const { data, errors } = await response.json();
        if (errors) throw new Error(JSON.stringify(errors));
        return data;
      };
    },
    stop: async () => {
      await database.close();
      await app.stop();
      await embedded?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
