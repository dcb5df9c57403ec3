import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { freePort } from './free-port.js';

export const hasPgBouncer = spawnSync('pgbouncer', ['--version']).error === undefined;

/** What PgBouncer refuses to run as. */
const isRoot = process.getuid?.() === 0;

/** The URL of a database through a pooler. */
export function throughPooler(databaseUrl: string, port: number): string {
  return Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) }).href;
}

/**
 * The URL of a database through the pooler that `TEST_POOLER` asks for; undefined without, or for another server or role
 * than that of the tests.
 */
export function poolUrlFor(databaseUrl: string): string | undefined {
  // First, as `npm run drill` starts programs too, outside of any test.
  if (process.env.TEST_POOLER === undefined) return undefined;
  const port = inject('poolerPort');
  if (port === 0 || !URL.canParse(databaseUrl)) return undefined;
  const [one, other] = [new URL(databaseUrl), new URL(inject('databaseUrl'))];
  const isServed = one.host === other.host && one.username === other.username && one.password === other.password;
  return isServed ? throughPooler(databaseUrl, port) : undefined;
}

export type Pooler = {
  /** The port on 127.0.0.1. */
  port: number;
  /** Changes the configuration, and has PgBouncer read it. */
  reload: (change: Change) => Promise<void>;
  stop: () => Promise<void>;
};

/** Changes the text of the configuration. */
type Change = (configuration: string) => string;

const unchanged: Change = (configuration) => configuration;

/** The configuration of a PgBouncer in transaction mode: deploy/pgbouncer.ini, for all databases of a server. */
export async function transactionMode(target: URL): Promise<string> {
  const text = await readFile('deploy/pgbouncer.ini', 'utf8');
  return text
    .replace('parley = host=127.0.0.1 port=5432 dbname=parley', `* = host=${target.hostname} port=${target.port}`)
    .replace(/^max_client_conn = .*$/m, 'max_client_conn = 2000')
    .replace('[pgbouncer]', '[pgbouncer]\nserver_idle_timeout = 10');
}

/** The same in session mode, and otherwise with the default settings. */
export function sessionMode(target: URL): string {
  const lines = [
    ...['[databases]', `* = host=${target.hostname} port=${target.port}`, '[pgbouncer]', 'pool_mode = session'],
    ...['listen_addr = 127.0.0.1', 'listen_port = 6432', 'auth_file = '],
  ];
  return `${lines.join('\n')}\n`;
}

/** Starts a PgBouncer in front of the server of a URL, for the role of that URL. */
export async function startPooler(
  databaseUrl: string,
  configurationFor: (target: URL) => string | Promise<string>,
  change = unchanged,
): Promise<Pooler> {
  const target = new URL(databaseUrl);
  const directory = await mkdtemp(path.join(tmpdir(), 'parley-pooler-'));
  await chmod(directory, 0o755);
  const port = await freePort();
  const [user, password] = [target.username, target.password].map(decodeURIComponent);
  const users = path.join(directory, 'users.txt');
  await writeFile(users, `"${user}" "${password}"\n`);
  const file = path.join(directory, 'pgbouncer.ini');
  const configuration = (await configurationFor(target))
    .replace(/^listen_port = .*$/m, `listen_port = ${port}\nunix_socket_dir =`)
    .replace(/^auth_file = .*$/m, `auth_file = ${users}`);
  const write = (how: Change) => writeFile(file, how(configuration));
  await write(change);
  const pgbouncer = run(file);
  const ended = once(pgbouncer, 'close');
  await untilListening(port, pgbouncer);
  return {
    port,
    reload: async (how) => {
      await write(how);
      pgbouncer.kill('SIGHUP');
    },
    stop: async () => {
      pgbouncer.kill('SIGKILL');
      await ended;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function run(configuration: string): ChildProcess {
  const command = ['pgbouncer', '--quiet', configuration];
  const [file = '', ...args] = isRoot
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command]
    : command;
  return spawn(file, args, { stdio: 'ignore' });
}

async function untilListening(port: number, pgbouncer: ChildProcess): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const listening = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (listening) return;
    if (pgbouncer.exitCode !== null) throw new Error('PgBouncer did not start.');
    await sleep(50);
  }
}
