import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { killPostgresBelow } from './postgres-processes.js';

/** A directory for the tests of a file, which every user can enter; removed after them with what still runs there. */
export function useTemporaryDirectory(): () => string {
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'parley-e2e-'));
    await chmod(directory, 0o755);
  });
  afterAll(async () => {
    await killPostgresBelow(directory);
    await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  });
  return () => directory;
}
