import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { uuidv7 } from 'uuidv7';
import { hashApiKey, looksLikeApiKey } from '../auth/api-key.js';
import { insertApiKey } from '../domain/api-keys/insert-api-key.js';
import { insertWorkspace } from '../domain/workspaces/create-workspace.js';
import type { Prisma, PrismaClient } from '../generated/prisma/client.js';
import { decodeId, encodeId } from '../lib/ids.js';
import { generate } from './generate.js';
import { sessionOfTransaction } from './sql-session.js';

const DEMO_NAME = 'Demo';
const DEMO_SLUG = 'demo';
const SIZE = { conversations: 300, messages: 8, seed: 2026, users: 5, bots: 2, channels: 5 };

// Held while the demo workspace is created, so that two first starts at the same time create only one.
const DEMO_LOCK = 7_270_755_912;
const TIMEOUT_MS = 60_000;

/**
 * Creates a workspace with sample data if the database has no workspace, in one transaction. Returns a key of the demo
 * workspace, or undefined if there is none. The database has only the hash of the key, so its secret is kept in
 * `keyFile`, readable by this user only. If the file is missing or outdated, it is written with a new key.
 */
export async function ensureDemoWorkspace(
  prisma: PrismaClient,
  { keyFile }: { keyFile: string },
): Promise<{ demoKey: string } | undefined> {
  return prisma.$transaction(
    async (tx) => {
      await tx.$queryRaw`SELECT pg_advisory_xact_lock(${DEMO_LOCK}::bigint)::text`;
      const kept = await readKey(keyFile);
      const demoKey = (await tx.workspace.count()) === 0 ? await makeDemo(tx) : await keyOfDemo(tx, kept);
      if (demoKey === undefined) return undefined;
      // Before the commit: a key that is only in the file is noticed, but one only in the database would be lost.
      if (demoKey !== kept) await writeKey(keyFile, demoKey);
      return { demoKey };
    },
    { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS },
  );
}

/** The id of the open conversation of the demo workspace that was written to last; undefined if none is open. */
export async function findDemoConversation(prisma: PrismaClient): Promise<string | undefined> {
  const demo = await prisma.workspace.findUnique({ where: { slug: DEMO_SLUG } });
  if (!demo) return undefined;
  const found = await prisma.conversation.findFirst({
    where: { workspaceId: demo.id, status: 'OPEN', lastMessageAt: { not: null } },
    orderBy: [{ lastMessageAt: 'desc' }, { id: 'desc' }],
    select: { id: true },
  });
  return found ? encodeId('Conversation', found.id) : undefined;
}

async function makeDemo(tx: Prisma.TransactionClient): Promise<string> {
  const now = new Date();
  const { workspaceId, apiKey } = await insertWorkspace(tx, { name: DEMO_NAME, slug: DEMO_SLUG }, now);
  const id = decodeId('Workspace', workspaceId);
  if (!id) throw new Error(`${workspaceId} is not the id of a workspace.`);
  await generate([sessionOfTransaction(tx)], id, { ...SIZE, now });
  return apiKey;
}

/** The stored key if it is still valid, otherwise a new one; undefined if there is no demo workspace. */
async function keyOfDemo(tx: Prisma.TransactionClient, kept: string | undefined): Promise<string | undefined> {
  const demo = await tx.workspace.findUnique({ where: { slug: DEMO_SLUG } });
  if (!demo) return undefined;
  if (kept !== undefined && (await isValid(tx, demo.id, kept))) return kept;
  return insertApiKey(tx, {
    workspaceId: demo.id,
    id: uuidv7(),
    name: 'Demo key',
    scopes: ['ADMIN'],
    createdAt: new Date(),
  });
}

async function isValid(tx: Prisma.TransactionClient, workspaceId: string, secret: string): Promise<boolean> {
  const valid = await tx.apiKey.count({
    where: {
      workspaceId,
      hash: hashApiKey(secret),
      revokedAt: null,
      OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }],
    },
  });
  return valid > 0;
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(file, 'utf8')).trim();
    return looksLikeApiKey(secret) ? secret : undefined;
  } catch {
    // Missing or unreadable: the file is written again, which reports an error if that is not possible.
    return undefined;
  }
}

async function writeKey(file: string, secret: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  await writeFile(temporary, `${secret}\n`, { mode: 0o600 });
  await rename(temporary, file);
}
