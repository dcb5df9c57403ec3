import { chmod, lstat, mkdir } from 'node:fs/promises';
import { StartError } from '../../lib/program.js';

/** Where root puts files that PostgreSQL's system user needs and cannot reach at their own location. */
export const SHARED_DIRECTORY = '/var/lib/parley';

/**
 * Creates the shared directory, or checks that only root can write to the existing one, because programs are run from
 * it.
 * @throws {StartError} if others can write to it
 */
export async function ensureSharedDirectory(): Promise<string> {
  try {
    await mkdir(SHARED_DIRECTORY, { recursive: true });
  } catch (cause) {
    throw new StartError(
      `The user that PostgreSQL runs as cannot enter this directory, and ${SHARED_DIRECTORY} cannot be created for it: ` +
        'set DATA_DIR and install Parley where all users can enter, start as another user than root, or set DATABASE_URL',
      { cause },
    );
  }
  await expectRootOnly(SHARED_DIRECTORY);
  await chmod(SHARED_DIRECTORY, 0o755);
  return SHARED_DIRECTORY;
}

/** @throws {StartError} if the path is not a directory, or anyone other than root can write to it */
export async function expectRootOnly(path: string): Promise<void> {
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== 0 || (found.mode & 0o022) !== 0) {
    throw new StartError(
      `${path} must be a directory that belongs to root and that nobody else can write to: correct or remove it`,
    );
  }
}
