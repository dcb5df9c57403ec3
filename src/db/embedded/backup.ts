import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { errorCode, messageOf } from '../../lib/error-info.js';
import { packageVersion } from '../../lib/package-root.js';
import { StartError } from '../../lib/program.js';
import { useEmbeddedDatabase } from '../embedded.js';
import { dumpTables, type OnProgress } from './backup/dump.js';
import { copyInto } from './backup/files.js';
import { type Manifest, writeManifest } from './backup/manifest.js';
import { exists } from './make-cluster.js';
import { DATABASE } from './restoring.js';

/** Where in a backup the files of the data directory are. */
export const DATA = 'data';

export type BackupOptions = {
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Files and directories in `dataDir` that go along with the database, by their paths in it. */
  along: readonly string[];
  onProgress: OnProgress;
};

/**
 * Writes a backup of the embedded database to a new directory, which is there under its name once it is complete. A server
 * goes on working meanwhile; without one, PostgreSQL is started for the time.
 * @throws {StartError} if there is no database, or the directory exists or cannot be written
 */
export async function backUp(target: string, { dataDir, log, along, onProgress }: BackupOptions): Promise<Manifest> {
  if (!(await exists(path.join(dataDir, DATABASE))))
    throw new StartError(`There is no database in ${dataDir} (DATA_DIR)`);
  if (await exists(target)) throw new StartError(`${target} exists: choose another name, or remove it`);
  const partial = `${target}.${randomUUID()}.partial`;
  await mkdir(partial, { recursive: true, mode: 0o700 }).catch((cause) => {
    throw new StartError(`${target} cannot be written (${messageOf(cause)})`, { cause });
  });
  try {
    const database = await useEmbeddedDatabase({ dataDir, log });
    const dumped = await dumpTables(database.url, partial, onProgress).finally(() => database.stop());
    const files = { ...dumped.files };
    // After the rows, so that the files of all of them are there.
    for (const name of along)
      Object.assign(files, await copyInto(partial, path.join(dataDir, name), `${DATA}/${name}`));
    const manifest = { ...dumped, files, parley: await packageVersion() };
    await writeManifest(partial, manifest);
    await rename(partial, target);
    return { format: 1, ...manifest };
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error;
    throw new StartError(`The disk is full: ${target} was not written`, { cause: error });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}
