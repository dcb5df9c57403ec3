import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { access, chmod, cp, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../../..');
const optional = z.boolean().optional();
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ dev: optional, devOptional: optional, peer: optional })),
});

export const isRoot = process.getuid?.() === 0;

/** A directory that every user can enter, removed at the end of the run. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-e2e-'));
  await chmod(directory, 0o755);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

let shared: Promise<string> | undefined;

/** The server, built from the current source and installed outside the checkout, once per run. */
export function installation(): Promise<string> {
  shared ??= temporaryDirectory().then((parent) => install(path.join(parent, 'parley')));
  return shared;
}

/** Builds and installs the server, as `npm ci --omit=dev` and `npm run build` do, from what the checkout has. */
export async function install(directory: string): Promise<string> {
  const build = ['--outDir', path.join(directory, 'dist'), '--incremental', 'false', '--noCheck'];
  await run(path.join(checkout, 'node_modules/.bin/tsc'), build, { cwd: checkout });
  for (const file of ['package.json', 'prisma/migrations', 'schema']) {
    await cp(path.join(checkout, file), path.join(directory, file), { recursive: true });
  }
  // Only as root there are other users, who may not be able to enter the checkout.
  if (isRoot) await copyProductionPackages(directory);
  else await symlink(path.join(checkout, 'node_modules'), path.join(directory, 'node_modules'));
  return directory;
}

async function copyProductionPackages(directory: string): Promise<void> {
  const { packages } = lockfile.parse(JSON.parse(await readFile(path.join(checkout, 'package-lock.json'), 'utf8')));
  const wanted = Object.entries(packages).flatMap(([name, { dev, devOptional, peer }]) =>
    name.lastIndexOf('node_modules/') === 0 && !dev && !devOptional && !peer ? [name] : [],
  );
  // Those for other machines are not there.
  const there = await Promise.all(wanted.map((name) => isThere(path.join(checkout, name))));
  const names = wanted.filter((_, index) => there[index]);
  await mkdir(directory, { recursive: true });
  const copy = (how: string) => run('cp', [how, '--parents', '--target-directory', directory, ...names], { cwd: checkout });
  // Hard links take no time, but only work within one file system.
  await copy('-al').catch(() => copy('-a'));
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
