import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { installWithoutCheckout } from './support/installation.js';
import { runToEnd, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const checkout = path.resolve(import.meta.dirname, '../..');
/** What a build reads. */
const sources = ['package.json', 'tsconfig.json', 'prisma.config.ts', 'prisma', 'src'];

async function copySources(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  for (const name of sources) await cp(path.join(checkout, name), path.join(root, name), { recursive: true });
}

const npm = (root: string, ...args: string[]) => runToEnd({ root, command: ['npm', 'run', '--silent', ...args] });

test('the commands run what the source says now, not what was built of it before', TIMEOUT, async () => {
  const root = path.join(directory(), 'checkout');
  await copySources(root);
  await symlink(path.join(checkout, 'node_modules'), path.join(root, 'node_modules'));
  await rm(path.join(root, 'src/generated'), { recursive: true });
  await mkdir(path.join(root, 'dist/cli'), { recursive: true });
  for (const file of ['main.js', 'cli/workspace.js']) await writeFile(path.join(root, 'dist', file), 'old');
  const { code, stdout } = await npm(root, 'workspace', '--', '--help');
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^npm run workspace/) });
});

test('they run what was built where only what production needs is installed', TIMEOUT, async () => {
  const root = path.join(directory(), 'deployed');
  await installWithoutCheckout(root);
  const built = path.join(root, 'dist/cli/workspace.js');
  await writeFile(built, (await readFile(built, 'utf8')).replace('npm run workspace', 'as built: npm run workspace'));
  const deployed = await npm(root, 'workspace', '--', '--help');
  expect(deployed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^as built: /) });
  await copySources(root);
  expect(await npm(root, 'workspace', '--', '--help')).toEqual(deployed);
});
