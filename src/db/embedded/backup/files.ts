import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../../lib/error-info.js';
import { damaged, type Manifest } from './manifest.js';

type Files = Manifest['files'];
type Measured = Files[string];
type Transform = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/** Writes a new file durably, readable only by this user, and returns what the manifest says about it. */
export async function writeMeasured(file: string, source: Readable, through?: Duplex): Promise<Measured> {
  const { measured, result } = measure();
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  await (through ? pipeline(source, through, measured, target) : pipeline(source, measured, target));
  return result();
}

/**
 * Copies a file, or all files below a directory, into the backup. Those that are removed meanwhile are left out, as are
 * unfinished ones, which are in directories whose name begins with a dot.
 */
export async function copyInto(backup: string, from: string, to: string): Promise<Files> {
  const files: Files = {};
  for (const name of await filesBelow(from)) {
    const source = await openIfThere(path.join(from, name));
    const target = path.posix.join(to, name);
    if (source) files[target] = await writeMeasured(path.join(backup, target), source);
  }
  return files;
}

/** Copies files of a backup to a directory. */
export async function copyOut(backup: string, files: readonly string[], from: string, to: string): Promise<void> {
  for (const file of files) {
    await writeMeasured(path.join(to, path.posix.relative(from, file)), createReadStream(path.join(backup, file)));
  }
}

/** @throws {StartError} if a file of the backup is missing or has other bytes than were written */
export async function verifyFiles(backup: string, files: Files): Promise<void> {
  for (const [file, { bytes, sha256 }] of Object.entries(files)) {
    const source = await openIfThere(path.join(backup, file));
    if (!source) throw damaged(backup, `${file} is missing`);
    const { measured, result } = measure();
    await pipeline(source, measured, async (chunks) => {
      for await (const _ of chunks);
    });
    const found = result();
    if (found.bytes !== bytes || found.sha256 !== sha256) throw damaged(backup, `${file} was changed`);
  }
}

function measure(): { measured: Transform; result: () => Measured } {
  const hash = createHash('sha256');
  let bytes = 0;
  return {
    measured: async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        bytes += chunk.length;
        yield chunk;
      }
    },
    result: () => ({ bytes, sha256: hash.digest('hex') }),
  };
}

/** The paths of all files, from a directory down; the empty path for a file itself. */
async function filesBelow(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, { withFileTypes: true, recursive: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
      .filter((name) => !name.split('/').some((part) => part.startsWith('.')))
      .sort();
  } catch (error) {
    if (errorCode(error) === 'ENOTDIR') return [''];
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function openIfThere(file: string): Promise<Readable | undefined> {
  try {
    return (await open(file)).createReadStream();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
