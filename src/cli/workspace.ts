import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '../config.js';
import type { CreatedWorkspace } from '../domain/workspaces/create-workspace.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { onWait, parseOrExplain, usageError, withDatabase } from './command.js';

const USAGE = 'npm run workspace -- create NAME | key WORKSPACE [--json]';
const HELP = `${USAGE}

Works on the configured database (DATABASE_URL, or the embedded one in DATA_DIR), and prints the id of the workspace and
a new API key. The key has full access to the workspace and is not shown again.

  create   creates a workspace with its first API key
  key      creates another API key of the workspace with this slug or id, such as to replace the first one
  --json   print {"workspaceId","apiKey"}
`;
const MAX_NAME_LENGTH = 255;

await runProgram(async () => {
  exitOnInterrupt();
  const { values, positionals } = parseOrExplain(USAGE, () =>
    parseArgs({
      allowPositionals: true,
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }),
  );
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const created = await run(requestIn(positionals), loadConfig());
  process.stdout.write(
    values.json
      ? `${JSON.stringify(created)}\n`
      : `Workspace  ${created.workspaceId}\nAPI key    ${created.apiKey}\n\nThe key is not shown again.\n`,
  );
});

type Request = { command: 'create' | 'key'; workspace: string };

function requestIn(positionals: string[]): Request {
  const [command, name, ...rest] = positionals;
  if (command === undefined) throw usageError('The command is missing.', USAGE);
  if (command !== 'create' && command !== 'key') {
    throw usageError(`Unknown command ${JSON.stringify(command)}.`, USAGE);
  }
  if (rest.length > 0) throw usageError('Too many arguments; put a name with spaces in quotes.', USAGE);
  const workspace = name?.trim() ?? '';
  if (workspace === '') {
    throw usageError(`The ${command === 'create' ? 'name' : 'slug or id'} of the workspace is missing.`, USAGE);
  }
  if (workspace.length > MAX_NAME_LENGTH)
    throw usageError(`The name must have at most ${MAX_NAME_LENGTH} characters.`, USAGE);
  return { command, workspace };
}

async function run({ command, workspace }: Request, config: Config): Promise<CreatedWorkspace> {
  // Loading these takes most of the time that a command takes. Help and wrong arguments do not need them.
  const { bringUpToDate } = await import('../db/migrate.js');
  const { openDatabase } = await import('../db/client.js');
  const { createWorkspace } = await import('../domain/workspaces/create-workspace.js');
  const { createOperatorKey } = await import('../domain/workspaces/operator-key.js');
  return withDatabase(config, async (url) => {
    await bringUpToDate(url, { migrate: config.migrate, onWait });
    const database = openDatabase({ url, poolSize: 1 });
    try {
      if (command === 'create') return await createWorkspace(database.prisma, { name: workspace });
      const created = await createOperatorKey(database.prisma, workspace);
      if (!created) throw usageError(`There is no workspace with the slug or id ${JSON.stringify(workspace)}.`, USAGE);
      return created;
    } finally {
      await database.close();
    }
  });
}
