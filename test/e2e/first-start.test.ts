import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { postgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();

test('a first start announces a key and a curl line that works, and Ctrl-C stops all of it', TIMEOUT, async () => {
  const server = await startServer({ env: { DATA_DIR: path.join(directory(), 'data') } });
  expect(server.key).toBeDefined();
  const line = /^ *(curl .*)$/m.exec(server.output.stdout)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', line]);
  expect(JSON.parse(stdout).data.conversations.totalCount).toBeGreaterThan(100);

  const { code, stderr } = await server.stop('SIGINT');
  expect({ code, problems: stderr.replace(/^.*Making the database.*\n/, '') }).toEqual({ code: 0, problems: '' });
  expect(await postgresBelow(directory())).toEqual([]);
});
