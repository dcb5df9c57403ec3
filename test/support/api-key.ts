import { uuidv7 } from 'uuidv7';
import { insertApiKey, type NewApiKey } from '../../src/domain/api-keys/insert-api-key.js';
import { decodeId } from '../../src/lib/ids.js';
import type { TestServer, TestWorkspace } from './parley.js';

/** Another key of the workspace, and a client with it. */
export async function makeApiKey(
  { database, connect }: Pick<TestServer, 'database' | 'connect'>,
  { id }: TestWorkspace,
  { name = 'Another key', scopes = ['ADMIN'] }: Partial<Pick<NewApiKey, 'name' | 'scopes'>> = {},
): Promise<TestWorkspace> {
  const workspaceId = decodeId('Workspace', id);
  if (!workspaceId) throw new Error(`Not a workspace: ${id}`);
  const key = { workspaceId, id: uuidv7(), name, scopes, createdAt: new Date() };
  const apiKey = await database.prisma.$transaction((tx) => insertApiKey(tx, key));
  return connect({ id, apiKey });
}
