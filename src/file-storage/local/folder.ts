import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../../lib/error-info.js';

/** A folder in which each file is either complete or absent. */
export type Folder = {
  pathOf: (name: string) => string;
  /** The size of a file in bytes, or null if there is none. */
  sizeOf: (name: string) => Promise<number | null>;
  /**
   * Writes a new file durably and returns true, or returns false if a file of this name exists. A failure leaves nothing
   * behind.
   */
  write: (name: string, bytes: AsyncIterable<Uint8Array> | Uint8Array[]) => Promise<boolean>;
  /** The bytes of a file, or null if there is none. */
  read: (name: string) => Promise<AsyncIterable<Uint8Array> | null>;
  remove: (name: string) => Promise<void>;
  /** Creates the folder if it is missing, and fails with the system's error if files cannot be written there. */
  assertWritable: () => Promise<void>;
  /** Removes what interrupted writes have left behind, for example after a crash. */
  removePartialFiles: () => Promise<void>;
};

/** Inside the folder, so that a complete file can be linked to its final name in one step. */
const INCOMING = '.incoming';

/** A partial file that has not changed for this long belongs to no running transfer. */
const ABANDONED_MS = 60 * 60 * 1000;

/** Opens a folder, which is created when it is first written to. */
export function openFolder(directory: string): Folder {
  const pathOf = (name: string) => path.join(directory, name);
  const incoming = path.join(directory, INCOMING);
  const write = async (name: string, bytes: AsyncIterable<Uint8Array> | Uint8Array[]) => {
    await mkdir(incoming, { recursive: true });
    const temporary = path.join(incoming, randomUUID());
    try {
      await writeDurably(temporary, bytes);
      return await linkTo(temporary, pathOf(name));
    } finally {
      await rm(temporary, { force: true });
    }
  };
  return {
    pathOf,
    sizeOf: async (name) => (await nullIfMissing(stat(pathOf(name))))?.size ?? null,
    write,
    read: async (name) => (await nullIfMissing(open(pathOf(name))))?.createReadStream() ?? null,
    assertWritable: async () => {
      const name = path.join(INCOMING, randomUUID());
      await write(name, []);
      await rm(pathOf(name), { force: true });
    },
    remove: (name) => rm(pathOf(name), { force: true }),
    removePartialFiles: async () => {
      // Compared with the times of the file system, so by the system clock.
      const before = new Date(Date.now() - ABANDONED_MS);
      for (const name of (await nullIfMissing(readdir(incoming))) ?? []) {
        const partial = path.join(incoming, name);
        const found = await nullIfMissing(stat(partial));
        if (found && found.mtime < before) await rm(partial, { force: true });
      }
    },
  };
}

async function writeDurably(file: string, bytes: AsyncIterable<Uint8Array> | Uint8Array[]): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await writeFile(handle, bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Returns false if the target exists. A rename would replace it. */
async function linkTo(temporary: string, target: string): Promise<boolean> {
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

/** The result of an operation on a file, or null if the file does not exist. */
async function nullIfMissing<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
