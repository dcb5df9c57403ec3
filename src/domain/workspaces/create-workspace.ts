import { uuidv7 } from 'uuidv7';
import { auditStatement, commandLine } from '../../audit/append-audit.sql.js';
import { changesOf } from '../../audit/audit-entry.js';
import { isUniqueViolation } from '../../db/sql-state.js';
import type { Prisma, PrismaClient } from '../../generated/prisma/client.js';
import { encodeId } from '../../lib/ids.js';
import { auditNewKey, insertApiKey, type NewApiKey } from '../api-keys/insert-api-key.js';

export type NewWorkspace = {
  name: string;
  /** A short name, unique on this server. Default: derived from the name. */
  slug?: string;
};

/** A new workspace's public id, and the secret of its first API key, which may do everything. It is shown only here. */
export type CreatedWorkspace = { workspaceId: string; apiKey: string };

const MAX_ATTEMPTS = 3;

/** Creates a workspace with an empty event log and a first API key. */
export async function createWorkspace(prisma: PrismaClient, workspace: NewWorkspace): Promise<CreatedWorkspace> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await prisma.$transaction((tx) => insertWorkspace(tx, workspace, new Date()));
    } catch (error) {
      // Concurrent workspaces of one name choose the same slug. The next attempt sees that it is taken.
      if (attempt >= MAX_ATTEMPTS || !isUniqueViolation(error)) throw error;
    }
  }
}

/** Inserts a workspace with an empty event log and a first API key, in the caller's transaction. */
export async function insertWorkspace(
  tx: Prisma.TransactionClient,
  { name, slug }: NewWorkspace,
  now: Date,
): Promise<CreatedWorkspace> {
  const id = uuidv7();
  const workspace = await tx.workspace.create({
    data: { id, name, slug: slug ?? (await freeSlug(tx, name, id)), createdAt: now, updatedAt: now },
  });
  await tx.eventHead.create({ data: { workspaceId: id, position: 0 } });
  const key: NewApiKey = {
    workspaceId: id,
    id: uuidv7(),
    name: 'First key',
    scopes: ['ADMIN'],
    createdAt: now,
  };
  const apiKey = await insertApiKey(tx, key);
  const created = {
    action: 'workspace.created' as const,
    targetId: id,
    changes: changesOf(null, workspace, ['name', 'slug']),
  };
  await tx.$executeRaw(
    auditStatement({ workspaceId: id, newId: uuidv7, now }, commandLine, [created, auditNewKey(key)]),
  );
  return { workspaceId: encodeId('Workspace', id), apiKey };
}

async function freeSlug(tx: Prisma.TransactionClient, name: string, id: string): Promise<string> {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const taken = plain === '' || (await tx.workspace.findUnique({ where: { slug: plain } }));
  return taken ? `${plain || 'workspace'}-${id.slice(-8)}` : plain;
}
