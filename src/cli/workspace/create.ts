import type { Config } from '../../config.js';
import { openDatabase } from '../../db/client.js';
import { bringUpToDate } from '../../db/migrate.js';
import { type CreatedWorkspace, createWorkspace } from '../../domain/workspaces/create-workspace.js';
import { createOperatorKey } from '../../domain/workspaces/operator-key.js';
import { onWait, withDatabase } from '../command.js';
import { noSuchWorkspace } from './usage.js';

/** Creates a workspace, or another key of one, and returns what to print. */
export async function create(
  config: Config,
  { command, workspace, json }: { command: 'create' | 'key'; workspace: string; json: boolean },
): Promise<string> {
  const created = await withDatabase(config, async (url): Promise<CreatedWorkspace> => {
    await bringUpToDate(url, { migrate: config.migrate, onWait });
    const database = openDatabase({ url, poolSize: 1 });
    try {
      if (command === 'create') return await createWorkspace(database.prisma, { name: workspace });
      const key = await createOperatorKey(database.prisma, workspace);
      if (!key) throw noSuchWorkspace(workspace);
      return key;
    } finally {
      await database.close();
    }
  });
  return json
    ? `${JSON.stringify(created)}\n`
    : `Workspace  ${created.workspaceId}\nAPI key    ${created.apiKey}\n\nThe key is not shown again.\n`;
}
