import { chown, mkdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workspaceName } from './support/graphql.js';
import { copy, installWithoutCheckout } from './support/installation.js';
import { killPostgresBelow, postgresBelow } from './support/postgres-processes.js';
import { type Invocation, runToEnd, startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const isRoot = process.getuid?.() === 0;

describe.runIf(isRoot)('a server started as root', () => {
  const directory = useTemporaryDirectory();
  const open = () => path.join(directory(), 'parley');
  const elsewhere: string[] = [];

  beforeAll(() => installWithoutCheckout(open()), TIMEOUT.timeout);

  afterAll(async () => {
    for (const home of elsewhere) {
      await killPostgresBelow(home);
      await rm(home, { recursive: true, force: true });
    }
  });

  it(
    'runs from a directory that no other user can enter, and starts afresh once .data is removed',
    TIMEOUT,
    async () => {
      const closed = path.join(directory(), 'closed');
      await mkdir(closed, { mode: 0o700 });
      await copy([open(), closed], directory());
      const root = path.join(closed, 'parley');
      const link = path.join(root, '.data/postgres');

      const first = await startServer({ root });
      const home = await readlink(link);
      elsewhere.push(home);
      expect(await workspaceName(first)).toBe('Demo');
      const { uid, mode } = await stat(path.join(home, 'data'));
      expect({ byRoot: uid === 0, mode: (mode & 0o777).toString(8) }).toEqual({ byRoot: false, mode: '700' });
      expect((await first.stop()).code).toBe(0);
      expect(await postgresBelow(home)).toEqual([]);

      const migrate = { root, command: ['node', 'dist/cli/migrate.js'] } satisfies Invocation;
      expect((await runToEnd(migrate)).stdout).toMatch(/^Nothing to do/);
      await rm(path.join(root, '.data'), { recursive: true });
      expect((await runToEnd(migrate)).stdout).toMatch(/^Applied /);
      elsewhere.push(await readlink(link));
    },
  );

  it('can take turns with another user on the same data', TIMEOUT, async () => {
    const home = path.join(directory(), 'home');
    const user = await nobody();
    await mkdir(home);
    await chown(home, user.uid, user.gid);
    const invocation = { root: open(), env: { DATA_DIR: path.join(home, 'data'), DEMO: 'off' } };
    expect((await (await startServer({ ...invocation, user })).stop()).code).toBe(0);
    for (const turn of [invocation, { ...invocation, user }]) {
      const { code, stdout, stderr } = await runToEnd({ ...turn, command: ['node', 'dist/cli/migrate.js'] });
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: expect.stringMatching(/^Nothing to do/),
        stderr: '',
      });
    }
    expect(await postgresBelow(directory())).toEqual([]);
  });
});

async function nobody(): Promise<{ uid: number; gid: number }> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find((entry) => entry.startsWith('nobody:')) ?? '';
  const [, , uid = Number.NaN, gid = Number.NaN] = line.split(':').map(Number);
  return { uid, gid };
}
