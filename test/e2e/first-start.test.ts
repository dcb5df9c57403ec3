import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { workspaceName } from './support/graphql.js';
import { expectNoPostgresBelow } from './support/postgres-processes.js';
import { announcement, start, startServer } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();

test('a first start announces the address, a demo key and a curl line that works', async () => {
  const server = await startServer({ env: { DATA_DIR: path.join(directory(), 'announced') } });
  expect(server.output.stdout).toContain(server.key);
  const line = /^ *(curl .*)$/m.exec(server.output.stdout)?.[1] ?? '';
  const { stdout } = await promisify(execFile)('sh', ['-c', line]);
  const { data } = JSON.parse(stdout);
  expect(data.conversations.totalCount).toBeGreaterThan(100);
  await server.stop();
});

test('a first start that is killed midway leaves nothing in the way of the next', async () => {
  const dataDir = path.join(directory(), 'killed');
  const env = { DATA_DIR: dataDir, DEMO: 'off' };
  const killed = await start({ env });
  await vi.waitFor(async () => expect((await readdir(dataDir)).join()).toMatch(/^postgres\.new-/), {
    timeout: 10_000,
    interval: 5,
  });
  killed.process.kill('SIGKILL');
  await killed.ended;
  const server = await startServer({ env });
  expect(await readdir(dataDir)).toEqual(['postgres']);
  await server.stop();
});

test('of two first starts at once one serves and the other stops with one line', async () => {
  const dataDir = path.join(directory(), 'contended');
  const both = await Promise.all([1, 2].map(() => start({ env: { DATA_DIR: dataDir } })));
  const outcomes = await Promise.all(
    both.map((program) => Promise.race([announcement(program), program.ended.then(({ code }) => code)])),
  );
  expect(outcomes).toContain(1);
  const winner = both[outcomes.findIndex((outcome) => outcome !== 1)];
  const loser = both[outcomes.indexOf(1)];
  expect(loser?.output.stderr).toMatch(/^Another Parley process \(process \d+\) is using \S+: .*DATA_DIR.*\n$/m);
  const { url, key } = (await announcement(winner)) ;
  expect(await workspaceName({ url, key })).toBe('Demo');
  winner?.process.kill();
  expect((await winner?.ended)?.code).toBe(0);
  await expectNoPostgresBelow(dataDir);
});
