import { parseArgs } from 'node:util';
import { type Config, loadConfig } from '../config.js';
import { openDatabase } from '../db/client.js';
import { migrate } from '../db/migrate.js';
import { type CreatedWorkspace, createWorkspace } from '../domain/workspaces/create-workspace.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { parseOrExplain, usageError, withDatabase } from './command.js';

const USAGE = 'npm run workspace -- create NAME [--json]';
const HELP = `${USAGE}

Creates a workspace in the configured database (DATABASE_URL, or the embedded one in DATA_DIR) and prints its id and its
first API key. The key has full access to the workspace and is not shown again.

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
  const created = await create(nameIn(positionals), loadConfig());
  process.stdout.write(
    values.json
      ? `${JSON.stringify(created)}\n`
      : `Workspace  ${created.workspaceId}\nAPI key    ${created.apiKey}\n\nThe key is not shown again.\n`,
  );
});

function nameIn(positionals: string[]): string {
  const [command, name, ...rest] = positionals;
  if (command === undefined) throw usageError('The command is missing.', USAGE);
  if (command !== 'create') throw usageError(`Unknown command ${JSON.stringify(command)}.`, USAGE);
  if (rest.length > 0) throw usageError('Too many arguments; put a name with spaces in quotes.', USAGE);
  const trimmed = name?.trim() ?? '';
  if (trimmed === '') throw usageError('The name of the workspace is missing.', USAGE);
  if (trimmed.length > MAX_NAME_LENGTH)
    throw usageError(`The name must have at most ${MAX_NAME_LENGTH} characters.`, USAGE);
  return trimmed;
}

async function create(name: string, config: Config): Promise<CreatedWorkspace> {
  return withDatabase(config, async (url) => {
    await migrate(url);
    const database = openDatabase({ url, poolSize: 1 });
    try {
      return await createWorkspace(database.prisma, { name });
    } finally {
      await database.close();
    }
  });
}
