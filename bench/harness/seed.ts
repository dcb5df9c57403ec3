import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { openDatabase } from '../../src/db/client.js';
import { migrate } from '../../src/db/migrate.js';
import { insertApiKey } from '../../src/domain/api-keys/insert-api-key.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { decodeId } from '../../src/lib/ids.js';
import { generate } from '../../src/seed/generate.js';
import { fullCast } from '../../src/seed/shape.js';
import { sessionOfClient } from '../../src/seed/sql-session.js';
import { addLongConversations } from './long-conversations.sql.js';
import type { Progress } from './progress.js';
import type { Scene } from './scene.js';

const API_KEYS = 16;
const OPEN_CONVERSATIONS = 1000;
const DATA = { ...fullCast, messages: 10, seed: 42 };

/** Fills an empty database, and stores in it what the works need to know. */
export async function seed(url: string, conversations: number, progress: Progress): Promise<void> {
  await migrate(url);
  const { workspaceId, apiKeys } = await makeWorkspace(url);
  const clients = [new pg.Client(url), new pg.Client(url)] as const;
  const [first, second] = clients;
  try {
    for (const client of clients) await client.connect();
    const sessions = [sessionOfClient(first), sessionOfClient(second)] as const;
    await generate(
      sessions,
      workspaceId,
      { ...DATA, conversations, now: new Date() },
      {
        onProgress: (written) => progress.show(`seeding: ${written.conversations} of ${conversations} conversations`),
      },
    );
    const longConversations = await addLongConversations(first, workspaceId);
    const { rows } = await first.query<{ id: string }>(
      `SELECT id FROM "Conversation" WHERE "workspaceId" = $1 AND status = 'OPEN' AND "ownerId" IS NULL
         AND id <> ALL($2) ORDER BY "updatedAt" DESC LIMIT ${OPEN_CONVERSATIONS}`,
      [workspaceId, longConversations],
    );
    const scene: Scene = { workspaceId, apiKeys, longConversations, openConversations: rows.map(({ id }) => id) };
    await first.query('CREATE SCHEMA bench');
    await first.query('CREATE TABLE bench.scene AS SELECT $1::jsonb AS scene', [JSON.stringify(scene)]);
    progress.show('seeding: vacuum');
    await first.query('VACUUM (ANALYZE)');
  } finally {
    for (const client of clients) await client.end();
  }
}

async function makeWorkspace(url: string): Promise<Pick<Scene, 'workspaceId' | 'apiKeys'>> {
  const { prisma, close } = openDatabase({ url, poolSize: 1 });
  try {
    const created = await createWorkspace(prisma, { name: 'Measured' });
    const workspaceId = decodeId('Workspace', created.workspaceId);
    if (!workspaceId) throw new Error(`${created.workspaceId} is not the id of a workspace.`);
    const apiKeys = [created.apiKey];
    while (apiKeys.length < API_KEYS) {
      const key = { workspaceId, id: uuidv7(), name: `Key ${apiKeys.length}`, createdAt: new Date() };
      apiKeys.push(await prisma.$transaction((tx) => insertApiKey(tx, { ...key, scopes: ['ADMIN'] })));
    }
    return { workspaceId, apiKeys };
  } finally {
    await close();
  }
}
