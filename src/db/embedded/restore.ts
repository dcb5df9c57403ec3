import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { StartError } from '../../lib/program.js';
import { startEmbeddedDatabase } from '../embedded.js';
import { type Migration, readMigrations } from '../migrate/migrations.js';
import { migrate } from '../migrate.js';
import { copyOut, verifyFiles } from './backup/files.js';
import { loadTables } from './backup/load.js';
import { type Manifest, readManifest } from './backup/manifest.js';
import { type BackupOptions, DATA } from './backup.js';
import { beginRestoring, DATABASE, expectNotInUse, putInPlace, removeRestoring, thoseIn } from './restoring.js';

type Options = BackupOptions & {
  /** Whether what is there may be moved aside. */
  replace: boolean;
};

type Restored = {
  manifest: Manifest;
  /** Where the data is that was there before; undefined if there was none. */
  aside: string | undefined;
};

/**
 * Reads a backup to its end, and makes sure that this version can restore it.
 * @throws {StartError} if it is damaged, or of a newer version
 */
export async function checkBackup(backup: string): Promise<{ manifest: Manifest; migrations: Migration[] }> {
  const manifest = await readManifest(backup);
  const migrations = migrationsOf(manifest, await readMigrations());
  await verifyFiles(backup, manifest.files);
  return { manifest, migrations };
}

/**
 * Puts a backup in place of the data in `dataDir`. The rows are loaded into a new database, whatever the major version of the
 * PostgreSQL that they are from, and migrations that have come since are applied. Until all of it is there, the data that
 * is there stays as it is.
 * @throws {StartError} if the backup is damaged, or `dataDir` is in use, or has data that may not be replaced
 */
export async function restore(backup: string, options: Options): Promise<Restored> {
  const { along, replace } = options;
  const { manifest, migrations } = await checkBackup(backup);
  await expectReplaceable(options.dataDir, along, replace);
  const staging = await beginRestoring(options.dataDir);
  const dataDir = path.dirname(staging);
  try {
    await fill(staging, backup, { manifest, migrations }, options);
    // A server may have started, or written, since then.
    await expectReplaceable(dataDir, along, replace);
  } catch (error) {
    await removeRestoring(staging);
    throw error;
  }
  return { manifest, aside: await putInPlace(dataDir, along) };
}

/** The migrations that the database had, which are the first of those that this version has. */
function migrationsOf({ migrations, parley }: Manifest, known: Migration[]): Migration[] {
  const [unknown] = migrations.filter(
    (had) => !known.some(({ name, checksum }) => name === had.name && checksum === had.checksum),
  );
  if (!unknown) return known.filter(({ name }) => migrations.some((had) => had.name === name));
  throw new StartError(
    `The backup is of another version of Parley (${parley}), whose migration ${unknown.name} this one does not have: restore it with that version or a later one`,
  );
}

async function expectReplaceable(dataDir: string, along: readonly string[], replace: boolean): Promise<void> {
  await expectNotInUse(dataDir);
  const [found] = await thoseIn(dataDir, [DATABASE, ...along]);
  if (found === undefined || replace) return;
  throw new StartError(
    `${path.join(dataDir, found)} exists: set DATA_DIR to another directory, or use --replace, which keeps what is there beside it`,
  );
}

async function fill(
  staging: string,
  backup: string,
  { manifest, migrations }: { manifest: Manifest; migrations: Migration[] },
  { along, log, onProgress }: Options,
): Promise<void> {
  const database = await startEmbeddedDatabase({ dataDir: staging, log });
  try {
    await migrate(database.url, { migrations });
    await loadTables(database.superuserUrl, backup, manifest, onProgress);
    await migrate(database.url);
  } finally {
    await database.stop();
  }
  const names = Object.keys(manifest.files);
  for (const name of along) {
    const from = `${DATA}/${name}`;
    const files = names.filter((file) => file === from || file.startsWith(`${from}/`));
    await copyOut(backup, files, from, path.join(await realpath(staging), name));
  }
}
