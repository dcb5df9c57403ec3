import { uuidv7 } from 'uuidv7';
import { auditStatement, commandLine } from '../../audit/append-audit.sql.js';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { decodeId, encodeId } from '../../lib/ids.js';
import { auditNewKey, insertApiKey } from '../api-keys/insert-api-key.js';
import type { CreatedWorkspace } from './create-workspace.js';

/**
 * Creates another API key with full access to a workspace, which is named by its slug or its public id. The key goes back
 * to nobody, so it can replace any other. Returns null if there is no such workspace.
 */
export async function createOperatorKey(prisma: PrismaClient, workspace: string): Promise<CreatedWorkspace | null> {
  const named = decodeId('Workspace', workspace);
  const found = await prisma.workspace.findUnique({ where: named ? { id: named } : { slug: workspace } });
  if (!found) return null;
  const { id: workspaceId } = found;
  const now = new Date();
  const key = { workspaceId, id: uuidv7(), name: 'Operator key', scopes: ['ADMIN' as const], createdAt: now };
  const apiKey = await prisma.$transaction(async (tx) => {
    await tx.$executeRaw(auditStatement({ workspaceId, newId: uuidv7, now }, commandLine, [auditNewKey(key)]));
    return insertApiKey(tx, key);
  });
  return { workspaceId: encodeId('Workspace', workspaceId), apiKey };
}
