import { execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { freePort } from './free-port.js';

/** A PostgreSQL of a test's own, which it may stop, kill and configure. */
export type Cluster = {
  url: string;
  /** Starts it, and waits until it takes connections. */
  start: () => Promise<void>;
  /** Ends it at once, as if the machine had failed. */
  kill: () => Promise<void>;
  /** Makes a primary of a standby. */
  promote: () => Promise<void>;
  /** A running copy that follows this one. */
  standby: () => Promise<Cluster>;
};

/** Where Debian and others put the programs of each version; the newest. */
function findPrograms(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  return versions
    .map((version) => path.join(root, version, 'bin'))
    .find((bin) => ['initdb', 'pg_ctl', 'pg_basebackup'].every((name) => existsSync(path.join(bin, name))));
}

const programs = findPrograms();
/** Runs a program as somebody else. */
const SETPRIV = 'setpriv';
/** PostgreSQL refuses to run as root. */
const user = process.getuid?.() === 0 ? 'postgres' : undefined;
const canRun = user === undefined || spawnSync(SETPRIV, ['--reuid=postgres', 'true']).status === 0;

/** Why tests with clusters of their own cannot run here; undefined if they can. */
export const noClusters = programs && canRun ? undefined : 'only where PostgreSQL is installed in /usr/lib/postgresql';

/** The version of PostgreSQL that clusters have; undefined where there are none. */
export function versionOfClusters(): string | undefined {
  if (programs === undefined) return undefined;
  return /\d+(\.\d+)+/.exec(
    spawnSync(path.join(programs, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout,
  )?.[0];
}

function command(name: string, args: string[]): [file: string, args: string[]] {
  const file = path.join(programs ?? '', name);
  if (user === undefined) return [file, args];
  return [SETPRIV, [`--reuid=${user}`, `--regid=${user}`, '--clear-groups', file, ...args]];
}

async function run(name: string, args: string[]): Promise<void> {
  const [file, all] = command(name, args);
  await promisify(execFile)(file, all, { cwd: '/' });
}

const SETTINGS = [
  ...["listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", 'fsync = off', 'max_connections = 60'],
  ...['wal_level = replica', 'max_wal_senders = 4', 'hot_standby = on', 'shared_buffers = 16MB'],
];

/** Makes clusters for the tests of a file; they are removed after them. */
export function useClusters(): () => Promise<Cluster> {
  let clusters: Clusters | undefined;
  beforeAll(async () => {
    clusters = await openClusters();
  });
  afterAll(() => clusters?.remove());
  return async () => {
    if (!clusters) throw new Error('Clusters are made once the tests run.');
    return clusters.newCluster();
  };
}

type Clusters = { newCluster: () => Promise<Cluster>; remove: () => Promise<void> };

/** Makes clusters until they are removed. */
export async function openClusters(): Promise<Clusters> {
  const ends: (() => Promise<void>)[] = [];
  const home = await mkdtemp(path.join(tmpdir(), 'parley-cluster-'));
  // So that PostgreSQL's user may write there.
  await chmod(home, 0o777);
  const newData = () => path.join(home, randomUUID());

  async function clusterIn(data: string): Promise<Cluster> {
    const port = await freePort();
    const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
    // The last of equal settings counts, so a standby gets a port of its own.
    await appendFile(path.join(data, 'postgresql.conf'), `\nport = ${port}\n`);
    let postmaster: ReturnType<typeof spawn> | undefined;
    const kill = async () => {
      if (!postmaster) return;
      const ended = once(postmaster, 'close');
      if (postmaster.exitCode === null && postmaster.signalCode === null) {
        postmaster.kill('SIGKILL');
        await ended;
      }
      postmaster = undefined;
    };
    const start = async () => {
      const [file, args] = command('postgres', ['-D', data]);
      postmaster = spawn(file, args, { stdio: 'ignore', cwd: '/' });
      await accepting(port);
    };
    ends.push(kill);
    await start();
    return {
      url,
      start,
      kill,
      promote: () => run('pg_ctl', ['promote', '-w', '-D', data]),
      standby: async () => {
        const copy = newData();
        await run('pg_basebackup', ['-R', '-c', 'fast', '-D', copy, '-d', url]);
        return clusterIn(copy);
      },
    };
  }

  async function newCluster(): Promise<Cluster> {
    const data = newData();
    await run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']);
    await appendFile(path.join(data, 'postgresql.conf'), `\n${SETTINGS.join('\n')}\n`);
    return clusterIn(data);
  }

  return {
    newCluster,
    remove: async () => {
      await Promise.all(ends.map((end) => end()));
      await rm(home, { recursive: true, force: true });
    },
  };
}

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

async function accepting(port: number): Promise<void> {
  for (let tries = PATIENCE_MS / POLL_MS; ; tries -= 1) {
    try {
      return await run('pg_isready', ['-q', '-h', '127.0.0.1', '-p', String(port)]);
    } catch (error) {
      if (tries <= 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
