import { mkdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { type Binaries, findBinaries } from './binaries.js';
import { exists, makeCluster } from './make-cluster.js';
import type { SystemUser } from './run.js';
import { systemUserFor } from './system-user.js';

/** A PostgreSQL installation's data, made and ready to be started. */
export type Cluster = {
  /** What holds all of it. */
  home: string;
  /** The directory that PostgreSQL writes to; absolute, without links. */
  data: string;
  /** The file that PostgreSQL logs to. */
  log: string;
  /** Of the superuser postgres and of the role parley. */
  password: string;
  user: SystemUser | undefined;
  binaries: Binaries;
};

/**
 * The data in `<dataDir>/postgres`, made there on the first start. That is a directory, or a link to one elsewhere when
 * this is root and PostgreSQL's user cannot enter `dataDir`; so removing `dataDir` starts afresh either way.
 * @throws {StartError} when it cannot be used
 */
export async function openCluster(dataDir: string, log: { info(message: string): void }): Promise<Cluster> {
  try {
    await mkdir(dataDir, { recursive: true });
    const home = path.join(await realpath(dataDir), 'postgres');
    const user = await systemUserFor(path.join(home, 'data'));
    const binaries = await findBinaries(user);
    if (!(await exists(home))) {
      log.info(`Making the database in ${dataDir}`);
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
      `${home} is not, and does not link to, a database of Parley: remove it to start afresh, or set DATA_DIR to another directory`,
      { cause },
    );
  });
  if (version.trim() === majorVersion) return;
  throw new StartError(
    `${home} is a database of PostgreSQL ${version.trim()}, and this Parley brings PostgreSQL ${majorVersion}: ` +
      'run the Parley that made it, or set DATA_DIR to another directory',
  );
}
