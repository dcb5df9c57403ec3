import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { useScratchDatabase } from '../../support/scratch-database.js';

/** A server with a worker whose tables and files hold nothing but what the tests of a file write. */
export async function useWorld() {
  const database = useScratchDatabase();
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-erasure-'));
  afterAll(() => rm(directory, { recursive: true, force: true }));
  const parley = useParley({
    databaseUrl: database.url,
    config: { worker: true, webhookAllowPrivate: true, uploads: { kind: 'local', directory } },
    webhookPollMs: 100,
  });
  return { database, directory, parley, workspace: useFreshWorkspace(parley) };
}
