import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { errorCode } from '../../../lib/error-info.js';
import { StartError } from '../../../lib/program.js';

/** The version of the format, which the manifest names. */
const FORMAT = 1;
const FILE = 'manifest.json';

const contents = z.object({
  format: z.literal(FORMAT),
  /** The versions of Parley and of PostgreSQL that wrote it, for people. */
  parley: z.string(),
  postgres: z.string(),
  /** The moment that the rows are of. */
  takenAt: z.iso.datetime(),
  /** The migrations of the database, in the order of their names. */
  migrations: z.array(z.object({ name: z.string(), checksum: z.string() })),
  tables: z.array(
    z.object({ schema: z.string(), name: z.string(), columns: z.array(z.string()), rows: z.int(), file: z.string() }),
  ),
  sequences: z.array(z.object({ schema: z.string(), name: z.string(), value: z.string(), isCalled: z.boolean() })),
  /** Every file of the backup besides the manifest, by its path in it. */
  files: z.record(z.string().refine(isInside), z.object({ bytes: z.int(), sha256: z.string() })),
});

/** What a backup consists of. */
export type Manifest = z.infer<typeof contents>;

const anyFormat = z.object({ manifest: z.looseObject({ format: z.number() }), sha256: z.string() });

/** Writes the manifest with a checksum of its own. It comes last, so that a folder without it is no backup. */
export async function writeManifest(directory: string, manifest: Omit<Manifest, 'format'>): Promise<void> {
  const text = { manifest: { format: FORMAT, ...manifest } };
  const file = path.join(directory, FILE);
  await writeFile(file, `${JSON.stringify({ ...text, sha256: sumOf(text.manifest) }, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
}

/** @throws {StartError} if there is none, it was changed, or a newer version wrote it */
export async function readManifest(directory: string): Promise<Manifest> {
  const text = await readFile(path.join(directory, FILE), 'utf8').catch((cause) => {
    if (errorCode(cause) !== 'ENOENT' && errorCode(cause) !== 'ENOTDIR') throw cause;
    throw new StartError(`${directory} is not a backup: it has no ${FILE}`, { cause });
  });
  const { data: sealed } = anyFormat.safeParse(parsed(text));
  if (!sealed || sumOf(sealed.manifest) !== sealed.sha256) throw damaged(directory, `${FILE} was changed`);
  if (sealed.manifest.format > FORMAT) {
    throw new StartError(`${directory} is a backup of a newer version of Parley: restore it with that version`);
  }
  return contents.parse(sealed.manifest);
}

/** The error for a backup that is not as it was written. */
export function damaged(directory: string, how: string): StartError {
  return new StartError(`The backup ${directory} is damaged: ${how}. Restore another one.`);
}

function sumOf(manifest: unknown): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isInside(file: string): boolean {
  return !path.isAbsolute(file) && !file.split(/[\\/]/).includes('..');
}
