import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { noClusters } from '../support/cluster.js';
import { installation } from './support/installation.js';
import { runToEnd } from './support/program.js';

const checkout = path.resolve(import.meta.dirname, '../..');
const drill = (...args: string[]) =>
  runToEnd({ root: checkout, command: ['node_modules/.bin/tsx', 'scripts/drill.ts', ...args] });

describe('npm run drill', () => {
  it.skipIf(noClusters)(
    `kills a server, and shows that nothing is lost (${noClusters ?? 'in a cluster of its own'})`,
    { timeout: 300_000 },
    async () => {
      const { code, stdout, stderr } = await drill('--quick', '--only', 'server', '--root', await installation());
      expect({ code, stderr }).toEqual({ code: 0, stderr: 'server …\n' });
      expect(stdout).toMatch(/^\| one of two servers, `kill -9` \| \d+ +\| 0 +\| \d+ +\| 20 of 20 +\| [\d.]+ s +\|$/m);
      expect(stdout).toMatch(/^Node\.js \d+\.\d+\.\d+, PostgreSQL \d+/m);
    },
  );

  it('names the scenarios that there are', { timeout: 120_000 }, async () => {
    const { code, stderr } = await drill('--only', 'everything');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: '--only is "everything": it takes server, failover, redis, worker, rolling, migration\n',
    });
  });
});
