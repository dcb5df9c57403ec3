import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnoozeConversationDocument } from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { freePort } from '../support/free-port.js';
import { makeConversation } from '../support/make.js';
import { startParley } from '../support/parley.js';
import { useScratchDatabase, withClient } from '../support/scratch-database.js';

const installed = spawnSync('pgbouncer', ['--version']).error === undefined;

/** What PgBouncer refuses to run as. */
const isRoot = process.getuid?.() === 0;

/** A PgBouncer in front of a server, in session mode and otherwise with its default settings. */
async function startPooler(directory: string, target: URL): Promise<{ process: ChildProcess; url: string }> {
  const port = await freePort();
  const [user, password] = [target.username, target.password].map(decodeURIComponent);
  const users = path.join(directory, 'users.txt');
  await writeFile(users, `"${user}" "${password}"\n`);
  const configuration = path.join(directory, 'pgbouncer.ini');
  const lines = [
    ...['[databases]', `* = host=${target.hostname} port=${target.port}`, '[pgbouncer]', 'pool_mode = session'],
    ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', `auth_file = ${users}`],
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  const command = ['pgbouncer', configuration];
  const [file = '', ...args] = isRoot
    ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command]
    : command;
  const process = spawn(file, args, { stdio: 'ignore' });
  const url = Object.assign(new URL(target), { hostname: '127.0.0.1', port: String(port) }).href;
  return { process, url };
}

async function accepts(url: string): Promise<boolean> {
  try {
    await withClient(url, (client) => client.query('SELECT 1'));
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!installed)('behind PgBouncer in session mode (only where it is installed)', () => {
  const scratch = useScratchDatabase({ empty: true });
  let directory = '';
  let pooler: ChildProcess | undefined;
  let url = '';
  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'parley-pooler-'));
    await chmod(directory, 0o755);
    ({ process: pooler, url } = await startPooler(directory, new URL(scratch.url)));
    await eventually(() => accepts(url), 'PgBouncer accepts connections');
  });
  afterAll(async () => {
    if (pooler?.kill('SIGKILL')) await once(pooler, 'close');
    await rm(directory, { recursive: true, force: true });
  });

  it('a server migrates, limits its statements, notifies, and wakes conversations', { timeout: 60_000 }, async () => {
    const parley = await startParley({ databaseUrl: url, config: { worker: true, databasePoolSize: 6 } });
    try {
      const [limits] = await parley.database.prisma.$queryRaw<object[]>`
        SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
          current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('TimeZone') AS zone`;
      expect(limits).toEqual({ statement: '30s', lock: '15s', idle: '1min', zone: 'UTC' });

      const workspace = await parley.newWorkspace();
      const { id } = await makeConversation(workspace);
      const client = connect(parley.url, workspace.apiKey);
      const heard = listen(client, 'subscription { events { type } }', {});
      // A subscription begins after what is logged already.
      await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the subscription');
      const until = new Date(Date.now() + 4_000).toISOString();
      await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
      await heard.until(2);
      expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', snoozedUntil: null });
      await client.dispose();
    } finally {
      await parley.stop();
    }
  });
});
