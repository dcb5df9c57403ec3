import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measureClient } from '../../scripts/client-size.js';

it('a browser downloads at most 25 kB', async () => {
  const size = await measureClient();
  expect(size).toBeGreaterThan(5_000);
  expect(size).toBeLessThanOrEqual(25_000);
});

it('is built by tsc, and every entry can be imported by Node.js alone', () => {
  expect(spawnSync('npm', ['--prefix', 'client', 'run', '--silent', 'build'], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stdout: '',
  });
  const { exports } = JSON.parse(readFileSync('client/package.json', 'utf8'));
  const entries = Object.values<{ types: string; default: string }>(exports);
  expect(entries).toHaveLength(5);
  for (const entry of entries) {
    expect(readFileSync(`client/${entry.types}`, 'utf8')).toContain('export');
    const loaded = spawnSync(process.execPath, ['--input-type=module', '--eval', `import './client/${entry.default}'`]);
    expect([entry.default, loaded.status, String(loaded.stderr)]).toEqual([entry.default, 0, '']);
  }
});

it('depends on the versions that the repository is tested with', () => {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync('client/package.json', 'utf8'));
  const own = JSON.parse(readFileSync('package.json', 'utf8'));
  // The hooks use nothing that React has not had since 18.
  const { react, ...exactPeers } = peerDependencies;
  expect(react).toBe('>=18');
  for (const [name, version] of Object.entries({ ...dependencies, ...exactPeers })) {
    expect([name, { ...own.dependencies, ...own.devDependencies }[name]]).toEqual([name, version]);
  }
});
