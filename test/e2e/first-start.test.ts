import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { postgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

/** Pino's number of the level. */
const INFO = 30;
const directory = useTemporaryDirectory();

it('a first start prints a key and a working curl command, and Ctrl-C stops everything', TIMEOUT, async () => {
  const server = await startServer({ env: { DATA_DIR: path.join(directory(), 'data') } });
  expect(server.key).toBeDefined();
  const line = /^ *(curl .*)$/m.exec(server.output.stdout)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', line]);
  expect(JSON.parse(stdout).data.conversations.totalCount).toBeGreaterThan(100);

  const { code, stderr } = await server.stop('SIGINT');
  const problems = stderr.split('\n').filter((line) => line !== '' && JSON.parse(line).level > INFO);
  expect({ code, problems }).toEqual({ code: 0, problems: [] });
  expect(await postgresBelow(directory())).toEqual([]);
});
