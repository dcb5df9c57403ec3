import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, lstat, mkdir, open, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import type { Binaries } from './binaries.js';
import { reasonIn, run, type SystemUser } from './run.js';
import { ensureSharedDirectory, SHARED_DIRECTORY } from './shared-directory.js';
import { canEnter } from './system-user.js';

/**
 * Creates a cluster at `home`; if the user cannot enter that directory, elsewhere with a link at `home`. Even after a
 * crash `home` is either absent or complete, because the rename to that name is the last step.
 * @throws {StartError} if PostgreSQL cannot create it
 */
export async function makeCluster(home: string, binaries: Binaries, user: SystemUser | undefined): Promise<void> {
  const elsewhere = user !== undefined && !(await canEnter(user, path.dirname(home)));
  if (elsewhere) await ensureSharedDirectory();
  const id = randomBytes(8).toString('hex');
  const unfinished = (elsewhere ? sharedPrefix(home) : localPrefix(home)) + id;
  try {
    await fill(unfinished, binaries, user);
    if (elsewhere) await moveAndLink(unfinished, path.join(SHARED_DIRECTORY, `data-${id}`), home);
    else await rename(unfinished, home);
    await flushDirectory(path.dirname(home));
  } catch (error) {
    // Another process may have created the cluster first.
    if (!(await exists(home))) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/**
 * Removes what crashed first starts have left behind. Only the owner may do so, as others may still be working on it.
 */
export async function removeUnfinished(home: string): Promise<void> {
  for (const prefix of [localPrefix(home), sharedPrefix(home)]) {
    const directory = path.dirname(prefix);
    const names = await readdir(directory).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(path.basename(prefix)))) {
      await rm(path.join(directory, name), { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

/** Whether a file, a directory or a link has this name, even if the link is broken. */
export async function exists(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function fill(home: string, { initdb }: Binaries, user: SystemUser | undefined): Promise<void> {
  const data = path.join(home, 'data');
  const passwordFile = path.join(home, 'password');
  await mkdir(data, { recursive: true });
  await writeFile(passwordFile, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flush: true });
  // By chmod, because the umask would reduce the mode passed to mkdir.
  await chmod(home, user ? 0o711 : 0o700);
  await chmod(data, 0o700);
  if (user) await Promise.all([data, passwordFile].map((file) => chown(file, user.uid, user.gid)));
  const encoding = ['--encoding=UTF8', '--no-locale', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const access = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const { code, stderr } = await run(initdb, [`--pgdata=${data}`, ...access, ...encoding], user);
  if (code === 0) return;
  throw new StartError(`PostgreSQL cannot create its data in ${path.dirname(home)} (DATA_DIR): ${reasonIn(stderr)}`);
}

async function moveAndLink(from: string, to: string, link: string): Promise<void> {
  await rename(from, to);
  try {
    await symlink(to, link);
  } catch (error) {
    await rm(to, { recursive: true, force: true });
    throw error;
  }
}

async function flushDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  await handle.sync().finally(() => handle.close());
}

function localPrefix(home: string): string {
  return `${home}.new-`;
}

function sharedPrefix(home: string): string {
  return path.join(SHARED_DIRECTORY, `new-${createHash('sha256').update(home).digest('hex').slice(0, 16)}-`);
}
