import { readFile, stat } from 'node:fs/promises';
import { StartError } from '../../lib/program.js';
import { run, type SystemUser } from './run.js';

const CANDIDATES = ['postgres', '_postgres', 'nobody'];

/**
 * The system user to run PostgreSQL as, because it refuses to run as root: the owner of the data, or a system user for
 * new data. Undefined if this process is not root, and PostgreSQL can run as the same user.
 * @throws {StartError} if this process is root and there is no user to run PostgreSQL as
 */
export async function systemUserFor(data: string): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(data).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const users = new Map(passwd.split('\n').map((line) => [line.split(':')[0], line.split(':')] as const));
  for (const name of CANDIDATES) {
    const [, , uid, gid] = users.get(name) ?? [];
    if (Number(uid) > 0 && Number(gid) > 0) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new StartError(
    'PostgreSQL does not run as root, and there is no system user postgres or nobody to run it as: ' +
      'start Parley as another user, or set DATABASE_URL',
  );
}

/** Whether the user can enter a directory, which also depends on its parents. */
export async function canEnter(user: SystemUser, directory: string): Promise<boolean> {
  const { code } = await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], user);
  return code === 0;
}
