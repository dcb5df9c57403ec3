import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { encodeId } from '../../src/lib/ids.js';
import { HEAP_ON_SIGNAL, heapOf } from '../e2e/support/heap.js';
import { type Announcement, startServer } from '../e2e/support/program.js';
import { LiveConversationChangesDocument } from '../generated/operations.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { connect, eventually, listen } from './support/listen.js';

/** The first ones make the server compile what all of them use. */
const [FEW, MANY] = [300, 1_000];
/** It takes 3.9 KB, and 4 more where it keeps the context of the operation that has started it. */
const LIMIT_KB = 5;
const PATIENCE_MS = 60_000;
const database = useScratchDatabase();

async function newKey(): Promise<string> {
  const { prisma, close } = openDatabase({ url: database.url, poolSize: 1 });
  const { apiKey } = await createWorkspace(prisma, { name: 'Acme' }).finally(close);
  return apiKey;
}

/** How many subscriptions a server says are open. */
async function openIn({ url }: Announcement): Promise<number> {
  const metrics = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^parley_subscriptions (\d+)$/m.exec(metrics)?.[1]);
}

it('an open subscription does not keep the context of its operation', { timeout: 4 * PATIENCE_MS }, async () => {
  const server = await startServer({
    env: {
      DATABASE_URL: database.url,
      WORKER: 'off',
      ...HEAP_ON_SIGNAL,
      MAX_DISTINCT_SUBSCRIPTIONS: String(MANY),
      MAX_OPERATIONS_PER_SOCKET: String(MANY),
    },
  });
  onTestFinished(async () => void (await server.stop()));
  const socket = connect(server.url, await newKey());
  onTestFinished(() => socket.dispose());
  const openUpTo = async (open: number) => {
    for (let count = await openIn(server); count < open; count += 1) {
      listen(socket, LiveConversationChangesDocument, { filter: { assigneeId: encodeId('User', randomUUID()) } });
    }
    await eventually(async () => (await openIn(server)) === open, 'all are open', PATIENCE_MS);
  };
  await openUpTo(FEW);
  const before = await heapOf(server);
  await openUpTo(MANY);
  const kilobytes = async () => ((await heapOf(server)).used - before.used) / (MANY - FEW) / 1_000;
  await eventually(async () => (await kilobytes()) < LIMIT_KB, 'their contexts are gone', PATIENCE_MS);
  expect(await openIn(server)).toBe(MANY);
});
