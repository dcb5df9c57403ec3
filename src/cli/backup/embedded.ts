import path from 'node:path';
import { pino } from 'pino';
import type { Config } from '../../config.js';
import type { Manifest } from '../../db/embedded/backup/manifest.js';
import type { BackupOptions } from '../../db/embedded/backup.js';
import { StartError } from '../../lib/program.js';
import type { Progress } from '../progress.js';

/** What demo servers keep the key of their workspace in. */
const DEMO_KEY = 'demo-key';

type Embedded = Omit<BackupOptions, 'onProgress'> & {
  /** Where uploads are if not in the data directory, as people name it; undefined if they are there. */
  uploadsElsewhere: string | undefined;
};

/**
 * The data directory that is configured, and what belongs to it besides the database.
 * @throws {StartError} if DATABASE_URL names another database
 */
export function embeddedOf({ database, uploads }: Config): Embedded {
  if (database.kind === 'external') {
    throw new StartError(
      'DATABASE_URL is set, and this command is for the embedded PostgreSQL: back up and restore yours with pg_dump and pg_restore',
    );
  }
  const { dataDir } = database;
  const log = pino({ level: 'warn' }, pino.destination(2));
  if (uploads.kind === 's3') {
    return { dataDir, log, along: [DEMO_KEY], uploadsElsewhere: `the bucket ${uploads.bucket}` };
  }
  const inside = path.relative(dataDir, uploads.directory);
  if (inside === '' || inside.startsWith('..')) {
    return { dataDir, log, along: [DEMO_KEY], uploadsElsewhere: uploads.directory };
  }
  return { dataDir, log, along: [DEMO_KEY, inside.replaceAll(path.sep, '/')], uploadsElsewhere: undefined };
}

export function showOn(progress: Progress | null): BackupOptions['onProgress'] {
  return (done, all, table) => progress?.show(done / all, table);
}

/** What a backup has, such as "20 rows in 44 tables and 1 file, as of 2026-12-24T18:00:00.000Z". */
export function summaryOf({ tables, takenAt, ...manifest }: Manifest): string {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const files = Object.keys(manifest.files).length - tables.length;
  const number = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
  return `${number(rows, 'row')} in ${number(tables.length, 'table')} and ${number(files, 'file')}, as of ${takenAt}`;
}
