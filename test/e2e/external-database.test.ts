import { access } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { useScratchDatabase } from '../support/scratch-database.js';
import { postgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const database = useScratchDatabase();

test('production on DATABASE_URL has nothing embedded, no demo data and no GraphiQL', TIMEOUT, async () => {
  const dataDir = path.join(directory(), 'data');
  const server = await startServer({ env: { NODE_ENV: 'production', DATABASE_URL: database.url, DATA_DIR: dataDir } });
  expect(server.key).toBeUndefined();
  expect(await database.rows('SELECT * FROM "Workspace"')).toEqual([]);
  await expect(access(dataDir)).rejects.toThrow('ENOENT');
  expect(await postgresBelow(directory())).toEqual([]);
  const page = await fetch(server.url, { headers: { accept: 'text/html' } });
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(await page.text()).not.toMatch(/graphiql/i);
  expect((await server.stop()).code).toBe(0);
});
