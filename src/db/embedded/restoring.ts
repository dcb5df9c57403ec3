import { mkdir, open, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { exists } from './make-cluster.js';
import { findPostmaster, isAlive, stopPostmaster } from './postmaster.js';

/** What a data directory has the database in. */
export const DATABASE = 'postgres';
const STAGING = 'restoring';
const OWNER = 'owner';

/**
 * Makes an empty directory inside of `dataDir`, in which a restore prepares what is then put in place. While it is there
 * and the database is not, no server starts.
 * @throws {StartError} if another restore is doing so
 */
export async function beginRestoring(dataDir: string): Promise<string> {
  await mkdir(dataDir, { recursive: true });
  const staging = path.join(await realpath(dataDir), STAGING);
  const owner = Number(await readFile(path.join(staging, OWNER), 'utf8').catch(() => ''));
  if (owner !== process.pid && isAlive(owner)) throw anotherRestore(dataDir);
  await removeRestoring(staging);
  await mkdir(staging).catch((cause) => {
    throw errorCode(cause) === 'EEXIST' ? anotherRestore(dataDir) : cause;
  });
  await writeFile(path.join(staging, OWNER), String(process.pid));
  return staging;
}

/** Removes what a restore has prepared, and stops its PostgreSQL if it was killed. */
export async function removeRestoring(staging: string): Promise<void> {
  const home = await realpath(path.join(staging, DATABASE)).catch(() => undefined);
  if (home) {
    const running = await findPostmaster(path.join(home, 'data'));
    if (running) await stopPostmaster(running.pid, path.join(home, 'data'));
    await rm(home, { recursive: true, force: true });
  }
  await rm(staging, { recursive: true, force: true });
}

/** @throws {StartError} if there is no database because a restore was interrupted: a server would begin with a new one */
export async function expectNotRestoring(dataDir: string): Promise<void> {
  if ((await exists(path.join(dataDir, DATABASE))) || !(await exists(path.join(dataDir, STAGING)))) return;
  throw new StartError(
    `A restore into ${dataDir} (DATA_DIR) is running or was interrupted: wait for it, or run it again. To begin with a new database instead, remove ${path.join(dataDir, STAGING)}`,
  );
}

/** @throws {StartError} if a PostgreSQL is running on the data */
export async function expectNotInUse(dataDir: string): Promise<void> {
  const home = await realpath(path.join(dataDir, DATABASE)).catch(() => undefined);
  const running = home && (await findPostmaster(path.join(home, 'data')));
  if (!running) return;
  throw new StartError(
    `${dataDir} (DATA_DIR) is in use, by PostgreSQL with the process ${running.pid}: stop Parley first, or set DATA_DIR to another directory`,
  );
}

/** Those of the names that the directory has. */
export async function thoseIn(directory: string, names: readonly string[]): Promise<string[]> {
  const there = await Promise.all(names.map((name) => exists(path.join(directory, name))));
  return names.filter((_, index) => there[index]);
}

/**
 * Puts what was prepared in place, the database last. What is there is first moved beside it, the database first, so that
 * no server starts in between. Returns where that is now; undefined if there was nothing.
 */
export async function putInPlace(dataDir: string, names: readonly string[]): Promise<string | undefined> {
  const staging = path.join(dataDir, STAGING);
  const before = await thoseIn(dataDir, [DATABASE, ...names]);
  const aside = path.join(dataDir, `replaced-${new Date().toISOString().replace(/\..*/, '').replace(/[:T]/g, '-')}`);
  for (const name of before) await move(path.join(dataDir, name), path.join(aside, name));
  for (const name of await thoseIn(staging, [...names, DATABASE])) {
    await move(path.join(staging, name), path.join(dataDir, name));
  }
  const directory = await open(dataDir);
  await directory.sync().finally(() => directory.close());
  await rm(staging, { recursive: true, force: true });
  return before.length > 0 ? aside : undefined;
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
  await rename(from, to);
}

function anotherRestore(dataDir: string): StartError {
  return new StartError(`Another restore into ${dataDir} (DATA_DIR) is running: wait until it has ended`);
}
