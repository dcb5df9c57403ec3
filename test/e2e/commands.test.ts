import path from 'node:path';
import { expect, it } from 'vitest';
import { workspaceName } from './support/graphql.js';
import { postgresBelow } from './support/postgres-processes.js';
import { runToEnd, startServer, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
const environment = () => ({ DATA_DIR: path.join(directory(), 'data'), DEMO: 'off' });

function command(name: string, args: string[], env: NodeJS.ProcessEnv = environment()) {
  return runToEnd({ command: ['node', `dist/cli/${name}.js`, ...args], env });
}

it('workspace create works with and without a running server, and both keys work', TIMEOUT, async () => {
  const without = await command('workspace', ['create', 'Without', '--json']);
  expect({ code: without.code, stderr: without.stderr.replace(/^.*Creating the database.*\n/, '') }).toEqual({
    code: 0,
    stderr: '',
  });
  expect(await postgresBelow(directory())).toEqual([]);

  const { url, stop } = await startServer({ env: environment() });
  const beside = await command('workspace', ['create', ' Acme & Söhne ', '--json']);
  expect(beside).toMatchObject({ code: 0, stderr: '' });
  for (const [{ stdout }, name] of [
    [without, 'Without'],
    [beside, 'Acme & Söhne'],
  ] as const) {
    const { workspaceId, apiKey } = JSON.parse(stdout);
    expect(workspaceId).toMatch(/^ws_[0-9a-z]{26}$/);
    expect(await workspaceName({ url, key: apiKey })).toBe(name);
  }
  expect((await stop()).code).toBe(0);
});

it(
  'workspace key makes another key of a workspace, by its slug or id, which outlives the first one',
  TIMEOUT,
  async () => {
    const env = { ...environment(), DATA_DIR: path.join(directory(), 'keys') };
    const { url, stop } = await startServer({ env });
    const created = JSON.parse((await command('workspace', ['create', 'Keyed', '--json'], env)).stdout);
    const keys: string[] = [];
    for (const workspace of ['keyed', created.workspaceId]) {
      const { code, stdout } = await command('workspace', ['key', workspace, '--json'], env);
      expect(code).toBe(0);
      const made = JSON.parse(stdout);
      expect(made.workspaceId).toBe(created.workspaceId);
      keys.push(made.apiKey);
    }
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${created.apiKey}` };
    const ask = async (query: string) =>
      (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })).json();
    const { id } = (await ask('{ viewer { actor { id } } }')).data.viewer.actor;
    await ask(`mutation { revokeApiKey(input: { apiKeyId: "${id}" }) { __typename } }`);
    for (const key of keys) expect(await workspaceName({ url, key })).toBe('Keyed');
    const unknown = await command('workspace', ['key', 'nobody'], env);
    expect(unknown).toMatchObject({ code: 1, stdout: '' });
    expect(unknown.stderr).toMatch(/^There is no workspace with the slug or id "nobody"\. /);
    expect((await stop()).code).toBe(0);
  },
);

it('migrate brings the database up to date once', TIMEOUT, async () => {
  const env = { DATA_DIR: path.join(directory(), 'migrated') };
  const [first, second] = [await command('migrate', [], env), await command('migrate', [], env)];
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(first.stdout).toMatch(/^Applied \d+_init\n/);
  expect(second.stdout).toBe('Nothing to do, the database is up to date\n');
  expect(await postgresBelow(env.DATA_DIR)).toEqual([]);
});

it.for([
  ['workspace destroy', 'Unknown command "destroy".'],
  ['workspace create', 'The name of the workspace is missing.'],
  ['workspace key', 'The slug or id of the workspace is missing.'],
  ['workspace create two words', 'Too many arguments; put a name with spaces in quotes.'],
  ['workspace create Acme --yaml', "Unknown option '--yaml'."],
  ['workspace export', 'The slug or id of the workspace is missing.'],
  ['workspace import', 'The file is missing.'],
  ['workspace import acme.jsonl --connections 0', '--connections must be a number from 1 to 16.'],
  ['workspace list all', 'Too many arguments; put a name with spaces in quotes.'],
  ['migrate now', "Unexpected argument 'now'."],
  ['repair-times', 'The time zone is missing.'],
] as const)(
  'the command "%s" is refused with the reason and the usage in one line',
  TIMEOUT,
  async ([line, complaint]) => {
    const [name = '', ...args] = line.split(' ');
    const { code, stdout, stderr } = await command(name, args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(`${complaint} `)).toBe(true);
    expect(stderr).toMatch(/Usage: npm run \w+.*\n$/);
    expect(stderr.trim()).not.toContain('\n');
  },
);
