import { execFile } from 'node:child_process';
import { access, cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { inject, vi } from 'vitest';
import { z } from 'zod';

const run = promisify(execFile);
const checkout = path.resolve(import.meta.dirname, '../../..');
const cache = path.join(checkout, 'node_modules/.cache/parley-e2e');
/** What an installation consists of, besides its dependencies. */
const BUILT = ['dist', 'package.json', 'prisma/migrations', 'schema'];
/** A build on a machine that is busy with others. */
const PATIENCE = { timeout: 60_000, interval: 50 };
const optional = z.boolean().optional();
const lockfile = z.object({
  packages: z.record(z.string(), z.object({ dev: optional, devOptional: optional, peer: optional })),
});

let installed: Promise<string> | undefined;

/** Where the server is installed, built from the current source. */
export function installation(): Promise<string> {
  installed ??= installOnce();
  return installed;
}

/** Installs it for all workers of this run: the first one does, and the others wait. */
async function installOnce(): Promise<string> {
  const directory = path.join(cache, `${process.pid}-${path.basename(inject('directory'))}`);
  await mkdir(cache, { recursive: true });
  if (await isFirst(`${directory}-begun`)) {
    await removeInstallationsOfEndedRuns();
    const unfinished = `${directory}-unfinished`;
    await build(unfinished);
    await symlink(path.join(checkout, 'node_modules'), path.join(unfinished, 'node_modules'));
    await rename(unfinished, directory);
  } else await vi.waitFor(() => access(directory), PATIENCE);
  return directory;
}

function isFirst(mark: string): Promise<boolean> {
  return mkdir(mark).then(
    () => true,
    () => false,
  );
}

// A worker does not learn of the run's end, so the next run does it.
async function removeInstallationsOfEndedRuns(): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Installs the server with copies of its production dependencies and nothing else, as `npm ci --omit=dev` does. */
export async function installWithoutCheckout(directory: string): Promise<void> {
  const built = await installation();
  for (const name of BUILT) await cp(path.join(built, name), path.join(directory, name), { recursive: true });
  const { packages } = lockfile.parse(JSON.parse(await readFile(path.join(checkout, 'package-lock.json'), 'utf8')));
  const wanted = Object.entries(packages).flatMap(([name, { dev, devOptional, peer }]) =>
    name.lastIndexOf('node_modules/') === 0 && !dev && !devOptional && !peer ? [name] : [],
  );
  // Those for other machines are not there.
  const there = await Promise.all(wanted.map((name) => exists(path.join(checkout, name))));
  const names = wanted.filter((_, index) => there[index]);
  await copy(['--parents', '--target-directory', directory, ...names], checkout);
}

/** Copies by hard links, which takes no time, and where the file systems differ, for real. */
export async function copy(args: string[], cwd: string): Promise<void> {
  await run('cp', ['-al', ...args], { cwd }).catch(() => run('cp', ['-a', ...args], { cwd }));
}

async function build(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const options = ['--outDir', path.join(directory, 'dist'), '--incremental', 'false', '--noCheck'];
  await run(path.join(checkout, 'node_modules/.bin/tsc'), options, { cwd: checkout });
  for (const file of BUILT.filter((name) => name !== 'dist')) {
    await cp(path.join(checkout, file), path.join(directory, file), { recursive: true });
  }
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
