import { access } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { unknownId } from '../support/ids.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { postgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const database = useScratchDatabase({ empty: true });

it('production on DATABASE_URL has no embedded database, no demo data and no GraphiQL', TIMEOUT, async () => {
  const UPLOADS = path.join(directory(), 'uploads');
  const dataDir = path.join(directory(), 'data');
  const server = await startServer({
    env: { NODE_ENV: 'production', DATABASE_URL: database.url, DATA_DIR: dataDir, UPLOADS },
  });
  expect(server.key).toBeUndefined();
  expect(await database.rows('SELECT * FROM "Workspace"')).toEqual([]);
  await expect(access(dataDir)).rejects.toThrow('ENOENT');
  expect(await postgresBelow(directory())).toEqual([]);
  const page = await fetch(server.url, { headers: { accept: 'text/html' } });
  expect(page.status).toBeGreaterThanOrEqual(400);
  expect(await page.text()).not.toMatch(/graphiql/i);
  expect((await server.stop()).code).toBe(0);
});

describe('the warnings of production', () => {
  const provider = { JWKS_URL: 'http://127.0.0.1:9/keys', JWT_ISSUER: 'https://id.example.com/', JWT_AUDIENCE: 'a' };
  const PUBLIC_URL = 'https://chat.example.com';
  /** What it logs with each of these, from the same few starts for both tests. */
  const warnings = { withoutPublicUrl: [''], withTwoWorkspaces: [''], withItsWorkspaceSet: [''], withoutUploads: [''] };
  const chosen = () => ({ UPLOADS: path.join(directory(), 'uploads') });

  async function warningsWith(more: NodeJS.ProcessEnv): Promise<string[]> {
    const env = { NODE_ENV: 'production', DATABASE_URL: database.url, LOG_LEVEL: 'warn', ...provider, ...more };
    return (await (await startServer({ env })).stop()).stderr.split('\n').filter((line) => line !== '');
  }

  async function addWorkspace(slug: string): Promise<void> {
    await database.rows(`INSERT INTO "Workspace" (id, name, slug, "createdAt", "updatedAt")
      VALUES (gen_random_uuid(), '${slug}', '${slug}', now(), now())`);
  }

  beforeAll(async () => {
    await migrate(database.url);
    await addWorkspace('one');
    warnings.withoutPublicUrl = await warningsWith(chosen());
    await addWorkspace('two');
    warnings.withTwoWorkspaces = await warningsWith({ ...chosen(), PUBLIC_URL });
    warnings.withItsWorkspaceSet = await warningsWith({
      ...chosen(),
      PUBLIC_URL,
      JWT_WORKSPACE: unknownId('Workspace'),
    });
    warnings.withoutUploads = await warningsWith({ PUBLIC_URL, JWT_WORKSPACE: unknownId('Workspace') });
  });

  it('say once that an identity provider can sign in to several workspaces', () => {
    expect(warnings.withoutPublicUrl.join('\n')).not.toContain('JWT_WORKSPACE');
    expect(warnings.withTwoWorkspaces).toEqual([expect.stringMatching(/"level":40.*Set JWT_WORKSPACE/)]);
    expect(warnings.withItsWorkspaceSet).toEqual([]);
  });

  it('say once that files are stored below the working directory', () => {
    expect(warnings.withoutUploads).toEqual([
      expect.stringMatching(/"level":40.*"directory":".*\/\.data\/uploads","msg":"UPLOADS is not set, /),
    ]);
  });

  it('say once that PUBLIC_URL is not set', () => {
    expect(warnings.withoutPublicUrl).toEqual([expect.stringMatching(/"level":40.*"msg":"PUBLIC_URL is not set, /)]);
    expect(warnings.withItsWorkspaceSet).toEqual([]);
  });
});
