import path from 'node:path';
import { expect, it } from 'vitest';
import { expectNoPostgresBelow } from './support/postgres-processes.js';
import { startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();

/** Without the scripts before it, such as the build. */
function npmStart() {
  return startServer({
    command: ['npm', 'start', '--ignore-scripts'],
    ownGroup: true,
    env: { DATA_DIR: path.join(directory(), 'data'), DEMO: 'off' },
  });
}

it('Ctrl-C, which npm passes on twice, stops the server and PostgreSQL', TIMEOUT, async () => {
  const npm = await npmStart();
  // The terminal sends it to the whole group.
  process.kill(-Number(npm.process.pid), 'SIGINT');
  const { stderr } = await npm.ended;
  expect(stderr).not.toMatch(/\n +at /);
  await expectNoPostgresBelow(directory());
});

it('SIGTERM to npm stops the server and PostgreSQL', TIMEOUT, async () => {
  const npm = await npmStart();
  await npm.stop('SIGTERM');
  await expectNoPostgresBelow(directory());
});
