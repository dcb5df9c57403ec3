import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { installWithoutCheckout } from './support/installation.js';
import { runToEnd, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const checkout = path.resolve(import.meta.dirname, '../..');

/** What a build needs, a source that says that it is one, and what was built of another one before. */
async function makeCheckout(root: string): Promise<void> {
  for (const name of ['package.json', 'tsconfig.json', 'prisma.config.ts', 'prisma']) {
    await cp(path.join(checkout, name), path.join(root, name), { recursive: true });
  }
  for (const folder of ['src/cli', 'dist/cli']) await mkdir(path.join(root, folder), { recursive: true });
  await writeFile(path.join(root, 'src/cli/workspace.ts'), "process.stdout.write('the source');\n");
  for (const file of ['main.js', 'cli/workspace.js']) await writeFile(path.join(root, 'dist', file), 'no program');
}

const workspaceHelp = (root: string) =>
  runToEnd({ root, command: ['npm', 'run', '--silent', 'workspace', '--', '--help'] });

it('a command runs the current source, not an earlier build', TIMEOUT, async () => {
  const root = path.join(directory(), 'checkout');
  await makeCheckout(root);
  await symlink(path.join(checkout, 'node_modules'), path.join(root, 'node_modules'));
  expect(await workspaceHelp(root)).toMatchObject({ code: 0, stdout: 'the source' });
});

it(
  'a command runs the build if only production dependencies are installed, with or without the source',
  TIMEOUT,
  async () => {
    const root = path.join(directory(), 'deployed');
    await installWithoutCheckout(root);
    const built = await readFile(path.join(root, 'dist/cli/workspace.js'), 'utf8');
    const deployed = await workspaceHelp(root);
    expect(deployed).toMatchObject({ code: 0, stdout: expect.stringMatching(/^npm run workspace/) });
    await makeCheckout(root);
    await writeFile(path.join(root, 'dist/cli/workspace.js'), built);
    expect(await workspaceHelp(root)).toEqual(deployed);
  },
);
