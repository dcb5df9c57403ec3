import { mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { type Binaries, findBinaries } from './binaries.js';
import { exists, makeCluster } from './make-cluster.js';
import { expectNotRestoring } from './restoring.js';
import type { SystemUser } from './run.js';
import { systemUserFor } from './system-user.js';

/** The data directory of a PostgreSQL installation, created and ready to start. */
export type Cluster = {
  /** The directory, or the link to it, that contains everything. */
  home: string;
  /** The directory that PostgreSQL writes to, as an absolute path without links. */
  data: string;
  /** The log file of PostgreSQL. */
  log: string;
  /** The password of the superuser postgres and of the role parley. */
  password: string;
  user: SystemUser | undefined;
  binaries: Binaries;
};

/**
 * Opens the data in `<dataDir>/postgres`, which the first start creates. If this process is root and PostgreSQL's user
 * cannot enter `dataDir`, it is a link to a directory elsewhere. Either way, removing `dataDir` starts with a new
 * database.
 * @throws {StartError} if it cannot be used
 */
export async function openCluster(dataDir: string, log: { info(message: string): void }): Promise<Cluster> {
  try {
    await mkdir(dataDir, { recursive: true });
    const home = path.join(await realpath(dataDir), 'postgres');
    const user = await systemUserFor(path.join(home, 'data'));
    const binaries = await findBinaries(user);
    if (!(await exists(home))) {
      await expectNotRestoring(dataDir);
      log.info(`Creating the database in ${dataDir}`);
      await makeCluster(home, binaries, user);
    }
    await expectVersion(home, binaries.majorVersion);
    const real = await realpath(home);
    const password = (await readFile(path.join(real, 'password'), 'utf8')).trim();
    return { home, data: path.join(real, 'data'), log: path.join(real, 'postgres.log'), password, user, binaries };
  } catch (error) {
    if (error instanceof StartError || errorCode(error) === undefined) throw error;
    throw new StartError(`DATA_DIR is ${dataDir}, which cannot be used: ${messageOf(error)}`, { cause: error });
  }
}

async function expectVersion(home: string, majorVersion: string): Promise<void> {
  const version = await readFile(path.join(home, 'data/PG_VERSION'), 'utf8').catch((cause) => {
    if (errorCode(cause) !== 'ENOENT' && errorCode(cause) !== 'ENOTDIR') throw cause;
    throw new StartError(
      `${home} is not a Parley database, and does not link to one: remove it to start with a new database, or set DATA_DIR to another directory`,
      { cause },
    );
  });
  if (version.trim() === majorVersion) return;
  throw new StartError(
    `${home} is a database of PostgreSQL ${version.trim()}, and this version of Parley includes PostgreSQL ${majorVersion}: ` +
      'with the version of Parley that created it run the command backup, and with this one restore, or set DATA_DIR to another directory',
  );
}
