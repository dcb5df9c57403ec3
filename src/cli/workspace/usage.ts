import { parseArgs } from 'node:util';
import { type SourceName, sourceNames } from '../../domain/imports/source.js';
import type { StartError } from '../../lib/program.js';
import { parseOrExplain, usageError } from '../command.js';

/** More bring little, as each keeps a core of the database busy. */
const CONNECTIONS = 4;
const MAX_CONNECTIONS = 16;

const USAGE =
  'npm run workspace -- list | create NAME | key WORKSPACE | export WORKSPACE [FILE] | import FILE | import --from PRODUCT WORKSPACE FOLDER | delete WORKSPACE [--json]';
const DEFAULT_BAD_LINES = 100;
export const HELP = `${USAGE}

Works on the configured database (DATABASE_URL, or the embedded one in DATA_DIR). WORKSPACE is a slug or an id.

  list     lists the workspaces, with the numbers of their rows
  create   creates a workspace, and prints its id and its first API key, which has full access and is not shown again
  key      creates another such key, such as to replace the first one
  export   writes everything of a workspace to FILE, by default SLUG.jsonl; - is the standard output
  import   writes an exported workspace into this database, which must not have it; goes on where it was interrupted
           with --from, writes what another product exported to FOLDER into a workspace, as docs/migrating says; can be
           repeated, and then adds what is new
  delete   deletes a workspace with all its rows and files, for good; goes on where it was interrupted

  --json            print JSON: {"workspaceId","apiKey"} of create and key, what there is or was done of the others
  --no-files        export: leave out the files of uploads
  --keep-webhooks   import: leave webhook endpoints active, as where the workspace moves here for good
  --connections N   import: write on so many connections at the same time, 1 to ${MAX_CONNECTIONS}; by default ${CONNECTIONS}
  --from PRODUCT    import: ${sourceNames.join(' or ')}
  --create          import --from: create the workspace, with WORKSPACE as its name, unless there is one
  --bad-lines N     import --from: leave out up to N lines that cannot be read; default: ${DEFAULT_BAD_LINES}
  --yes-delete SLUG delete: the slug of the workspace, as a confirmation
`;

const MAX_NAME_LENGTH = 255;

export type ImportFrom = {
  source: SourceName;
  workspace: string;
  folder: string;
  /** Whether to create the workspace if there is none. */
  create: boolean;
  badLines: number;
};

export type Request = { json: boolean } & (
  | { command: 'list' }
  | { command: 'create' | 'key'; workspace: string }
  | { command: 'export'; workspace: string; file: string | undefined; files: boolean }
  | { command: 'import'; file: string; keepWebhooks: boolean; connections: number }
  | ({ command: 'import-from' } & ImportFrom)
  | { command: 'delete'; workspace: string; confirmedBy: string | undefined }
);

/**
 * Parses the arguments of the command. Returns 'help' if they ask for it.
 * @throws {StartError} with one line that says what is wrong
 */
export function parseRequest(): Request | 'help' {
  const { values, positionals } = parseOrExplain(USAGE, () =>
    parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        'no-files': { type: 'boolean', default: false },
        'keep-webhooks': { type: 'boolean', default: false },
        connections: { type: 'string', default: String(CONNECTIONS) },
        'yes-delete': { type: 'string' },
        from: { type: 'string' },
        create: { type: 'boolean', default: false },
        'bad-lines': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  if (values.help) return 'help';
  const [command, ...rest] = positionals;
  const { json } = values;
  switch (command) {
    case undefined:
      throw usageError('The command is missing.', USAGE);
    case 'list':
      atMost(rest, 0);
      return { command, json };
    case 'create':
    case 'key':
      return { command, json, workspace: first(rest, command === 'create' ? 'name' : 'slug or id') };
    case 'export': {
      const [, file] = atMost(rest, 2);
      return { command, json, workspace: first(rest.slice(0, 1), 'slug or id'), file, files: !values['no-files'] };
    }
    case 'import': {
      if (values.from !== undefined) return { command: 'import-from', json, ...parseImportFrom(rest, values) };
      const [file] = atMost(rest, 1);
      if (!file) throw usageError('The file is missing.', USAGE);
      const connections = connectionsOf(values.connections);
      return { command, json, file, keepWebhooks: values['keep-webhooks'], connections };
    }
    case 'delete':
      return { command, json, workspace: first(rest, 'slug or id'), confirmedBy: values['yes-delete'] };
    default:
      throw usageError(`Unknown command ${JSON.stringify(command)}.`, USAGE);
  }
}

function connectionsOf(given: string): number {
  const connections = Number(given);
  if (Number.isInteger(connections) && connections >= 1 && connections <= MAX_CONNECTIONS) return connections;
  throw usageError(`--connections must be a number from 1 to ${MAX_CONNECTIONS}.`, USAGE);
}

function parseImportFrom(
  rest: string[],
  { from, create, 'bad-lines': bad }: { from?: string; create: boolean; 'bad-lines'?: string },
): ImportFrom {
  const source = sourceNames.find((name) => name === from);
  if (!source) throw usageError(`Unknown product ${JSON.stringify(from)}: there is ${sourceNames.join(', ')}.`, USAGE);
  const [, folder] = atMost(rest, 2);
  const workspace = first(rest.slice(0, 1), 'slug or id');
  if (!folder) throw usageError('The folder is missing.', USAGE);
  if (bad !== undefined && !/^\d{1,9}$/.test(bad)) throw usageError('--bad-lines must be a number.', USAGE);
  return { source, workspace, folder, create, badLines: bad === undefined ? DEFAULT_BAD_LINES : Number(bad) };
}

function atMost(rest: string[], count: number): string[] {
  if (rest.length > count) throw usageError('Too many arguments; put a name with spaces in quotes.', USAGE);
  return rest;
}

function first(rest: string[], what: string): string {
  const workspace = atMost(rest, 1)[0]?.trim() ?? '';
  if (workspace === '') throw usageError(`The ${what} of the workspace is missing.`, USAGE);
  if (workspace.length > MAX_NAME_LENGTH)
    throw usageError(`The name must have at most ${MAX_NAME_LENGTH} characters.`, USAGE);
  return workspace;
}

/** The error where there is no workspace of this slug or id. */
export function noSuchWorkspace(named: string): StartError {
  return usageError(`There is no workspace with the slug or id ${JSON.stringify(named)}.`, USAGE);
}
