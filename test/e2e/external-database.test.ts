import { access } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { unknownId } from '../support/ids.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { postgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const database = useScratchDatabase({ empty: true });

it('production on DATABASE_URL has no embedded database, no demo data and no GraphiQL', TIMEOUT, async () => {
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

it('production warns if an identity provider can sign in to several workspaces', TIMEOUT, async () => {
  const provider = { JWKS_URL: 'http://127.0.0.1:9/keys', JWT_ISSUER: 'https://id.example.com/', JWT_AUDIENCE: 'a' };
  const linesOf = async (more: NodeJS.ProcessEnv) => {
    const env = { DATABASE_URL: database.url, LOG_LEVEL: 'warn', ...provider, ...more };
    return (await (await startServer({ env })).stop()).stderr.split('\n').filter((line) => line !== '');
  };
  await database.rows(`INSERT INTO "Workspace" (id, name, slug, "createdAt", "updatedAt")
    VALUES (gen_random_uuid(), 'One', 'one', now(), now())`);
  expect(await linesOf({})).toEqual([]);
  await database.rows(`INSERT INTO "Workspace" (id, name, slug, "createdAt", "updatedAt")
    VALUES (gen_random_uuid(), 'Two', 'two', now(), now())`);
  expect(await linesOf({})).toEqual([expect.stringMatching(/"level":40.*Set JWT_WORKSPACE/)]);
  expect(await linesOf({ JWT_WORKSPACE: unknownId('Workspace') })).toEqual([]);
});

it('production warns once if PUBLIC_URL is not set', TIMEOUT, async () => {
  const env = { NODE_ENV: 'production', DATABASE_URL: database.url, LOG_LEVEL: 'warn' };
  const linesOf = async (more: NodeJS.ProcessEnv) => {
    const { stderr } = await (await startServer({ env: { ...env, ...more } })).stop();
    return stderr.split('\n').filter((line) => line !== '');
  };
  expect(await linesOf({})).toEqual([expect.stringMatching(/"level":40.*"msg":"PUBLIC_URL is not set, /)]);
  expect(await linesOf({ PUBLIC_URL: 'https://chat.example.com' })).toEqual([]);
});
