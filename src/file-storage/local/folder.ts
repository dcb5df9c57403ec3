import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../lib/error-info.js';

/** A folder of files that are there as a whole or not at all. */
export type Folder = {
  /** Where a file of this name lies. */
  pathOf: (name: string) => string;
  /** The size of a file, or null where there is none. */
  sizeOf: (name: string) => Promise<number | null>;
  /** Writes a file that is not there yet, to the disk itself; false where another one came first. A failure leaves nothing. */
  write: (name: string, bytes: AsyncIterable<Uint8Array>) => Promise<boolean>;
  remove: (name: string) => Promise<void>;
  /** Removes what writes have left that a crash cut off. */
  removeLeftovers: () => Promise<void>;
};

/** Beside the files, so that one that is written moves to its place in one step. */
const INCOMING = '.incoming';

/** No transfer lasts so long without a byte. */
const LEFTOVER_MS = 60 * 60 * 1000;

/** A folder at a path, which is made when first written to. */
export function openFolder(directory: string): Folder {
  const pathOf = (name: string) => path.join(directory, name);
  const incoming = path.join(directory, INCOMING);
  return {
    pathOf,
    sizeOf: async (name) => (await orNull(stat(pathOf(name))))?.size ?? null,
    write: async (name, bytes) => {
      await mkdir(incoming, { recursive: true });
      const temporary = path.join(incoming, randomUUID());
      try {
        await writeDurably(temporary, bytes);
        return await moveInto(temporary, pathOf(name));
      } finally {
        await rm(temporary, { force: true });
      }
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    removeLeftovers: async () => {
      // The times of files are the machine's.
      const before = new Date(Date.now() - LEFTOVER_MS);
      for (const name of (await orNull(readdir(incoming))) ?? []) {
        const leftover = path.join(incoming, name);
        const found = await orNull(stat(leftover));
        if (found && found.mtime < before) await rm(leftover, { force: true });
      }
    },
  };
}

async function writeDurably(file: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await writeFile(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename would replace a file that came first; a link does not. */
async function moveInto(temporary: string, target: string): Promise<boolean> {
  const folder = path.dirname(target);
  await mkdir(folder, { recursive: true });
  try {
    await link(temporary, target);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  await syncDirectory(folder);
  return true;
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What is asked of a file that may not be there. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
