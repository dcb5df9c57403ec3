import { randomBytes } from 'node:crypto';
import { chmod, cp, lstat, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensureSharedDirectory, expectRootOnly } from './shared-directory.js';

/**
 * Copies PostgreSQL's programs to a directory from which every user can run them, once per version. Returns the
 * directory.
 * @throws {StartError} if anyone other than root could write to it
 */
export async function stageBinaries(native: string, version: string): Promise<string> {
  const target = path.join(await ensureSharedDirectory(), `postgres-${version}-${process.platform}-${process.arch}`);
  if (!(await lstat(target).catch(() => undefined))) await stage(native, target);
  await expectRootOnly(target);
  return target;
}

async function stage(native: string, target: string): Promise<void> {
  const unfinished = `${target}.new-${randomBytes(6).toString('hex')}`;
  try {
    await cp(native, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (file) => !file.endsWith('.a') && path.basename(file) !== 'pkgconfig',
    });
    await openToAll(unfinished);
    await rename(unfinished, target);
  } catch (error) {
    // Another process may have made the copy first.
    if (!(await lstat(target).catch(() => undefined))) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function openToAll(root: string): Promise<void> {
  await chmod(root, 0o755);
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) continue;
    const executable = entry.isDirectory() || ((await lstat(file)).mode & 0o100) !== 0;
    await chmod(file, executable ? 0o755 : 0o644);
  }
}
