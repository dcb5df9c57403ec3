import { randomBytes } from 'node:crypto';
import { afterAll, expect, inject, it, vi } from 'vitest';
import { runToEnd, TIMEOUT } from '../e2e/support/program.js';
import { SnoozeConversationDocument, ViewerDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { makeConversation, makeUser } from '../support/make.js';
import { startParley, type TestServer } from '../support/parley.js';
import {
  createDatabase,
  databaseUrl,
  dropDatabase,
  useScratchDatabase,
  withClient,
} from '../support/scratch-database.js';
import { signIn } from '../support/token.js';
import { PATIENCE } from '../worker/support/worker-process.js';

const original = useScratchDatabase();
const nameOf = (url: string) => new URL(url).pathname.slice(1);
const copies: string[] = [];
afterAll(async () => {
  for (const name of copies) await dropDatabase(inject('databaseUrl'), name);
});

async function copyOf(url: string): Promise<string> {
  const name = `parley_copy_${randomBytes(6).toString('hex')}`;
  copies.push(name);
  // A pooler keeps its sessions for a while, and PostgreSQL copies only what nobody uses.
  const sessions = 'SELECT FROM pg_stat_activity WHERE datname = $1';
  await withClient(inject('databaseUrl'), (client) =>
    vi.waitUntil(async () => (await client.query(sessions, [nameOf(url)])).rowCount === 0, PATIENCE),
  );
  await createDatabase(inject('databaseUrl'), name, nameOf(url));
  return databaseUrl(inject('databaseUrl'), name);
}

async function using<T>(
  options: Parameters<typeof startParley>[0],
  use: (server: TestServer) => Promise<T>,
): Promise<T> {
  const server = await startParley(options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

it(
  'a copy does no background work and takes no tokens of the original, until it is told that it takes its place',
  TIMEOUT,
  async () => {
    const made = await using({ databaseUrl: original.url }, async (parley) => {
      const workspace = await parley.newWorkspace();
      const { id: conversationId } = await makeConversation(workspace, {});
      const until = new Date(Date.now() + 5_000).toISOString();
      await succeed(workspace, SnoozeConversationDocument, { conversationId, until });
      const user = await makeUser(workspace);
      const signedIn = await signIn(parley, workspace, user.id);
      return { workspace, conversationId, user, token: signedIn.apiKey };
    });
    const { workspace, conversationId, user, token } = made;
    const statusOf = async (parley: TestServer, key: string) =>
      (await parley.connect({ id: workspace.id, apiKey: key }).post('{ viewer { workspace { id } } }')).status;

    // It is still the same database.
    await using({ databaseUrl: original.url }, async (parley) => {
      expect(await statusOf(parley, token)).toBe(200);
    });
    const databaseUrlOfCopy = await copyOf(original.url);
    const ofCopy = { databaseUrl: databaseUrlOfCopy, config: { worker: true } };
    for (const databaseCopy of [undefined, true]) {
      await using({ ...ofCopy, config: { ...ofCopy.config, databaseCopy } }, async (parley) => {
        expect([await statusOf(parley, token), await statusOf(parley, workspace.apiKey)]).toEqual([401, 200]);
        const here = parley.connect(workspace);
        const own = await signIn(parley, here, user.id);
        expect((await own.run(ViewerDocument, {})).viewer.actor).toMatchObject({ id: user.id });
        const [workers] = await parley.database.prisma.$queryRaw<{ count: number }[]>`
        SELECT count(*)::int FROM pg_stat_activity
        WHERE application_name = 'parley-worker' AND datname = current_database()`;
        expect(workers?.count).toBe(0);
        expect(await readConversation(here, conversationId)).toMatchObject({ status: 'SNOOZED' });
      });
    }
    const refused = await runToEnd({ env: { DATABASE_URL: databaseUrlOfCopy }, command: ['node', 'dist/worker.js'] });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(
      'The database is a copy of another one, in which no worker runs: see DATABASE_COPY',
    );

    for (const databaseCopy of [false, undefined]) {
      await using({ ...ofCopy, config: { ...ofCopy.config, databaseCopy } }, async (parley) => {
        expect(await statusOf(parley, token)).toBe(200);
        await vi.waitFor(async () => {
          expect(await readConversation(parley.connect(workspace), conversationId)).toMatchObject({ status: 'OPEN' });
        }, PATIENCE);
      });
    }
  },
);
