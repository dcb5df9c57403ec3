import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, inject, it } from 'vitest';
import { runToEnd, TIMEOUT } from './support/program.js';
import { useTemporaryDirectory } from './support/temporary-directory.js';

const directory = useTemporaryDirectory();
/** For several processes in a row. */
const PATIENT = { timeout: 180_000 };

/** The one line that a server which does not start writes. */
async function refusal(env: NodeJS.ProcessEnv): Promise<string> {
  const { code, stdout, stderr } = await runToEnd({ env });
  expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({ code: 1, stdout: '', lines: 2 });
  return stderr.trim();
}

/** A port of this machine that a program listens on, or that none does. */
async function port(state: 'taken' | 'free') {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const close = () => once(server.close(), 'close');
  if (state === 'free') await close();
  return { number: typeof address === 'object' ? address?.port : undefined, close };
}

it('a wrong variable is reported with its name, its value and what it accepts', TIMEOUT, async () => {
  expect(await refusal({ GRAPHIQL: 'maybe' })).toBe('GRAPHIQL is "maybe": it takes on or off (or 1 or 0)');
});

it('production without a database asks for DATABASE_URL', TIMEOUT, async () => {
  expect(await refusal({ NODE_ENV: 'production' })).toMatch(/^DATABASE_URL is not set/);
});

it('a port in use is reported as PORT or EMBEDDED_PORT, before anything is made', PATIENT, async () => {
  const taken = await port('taken');
  const line = await refusal({ DATABASE_URL: inject('databaseUrl'), PORT: String(taken.number) });
  expect(line).toMatch(new RegExp(`^PORT ${taken.number} is taken`));
  // Before anything is made.
  const DATA_DIR = path.join(directory(), 'none');
  expect(await refusal({ DATA_DIR, PORT: String(taken.number) })).toBe(line);
  const embedded = await refusal({ DATA_DIR, EMBEDDED_PORT: String(taken.number) });
  expect(embedded).toMatch(new RegExp(`^EMBEDDED_PORT ${taken.number} is taken by another program: .*free port$`));
  expect(await readdir(directory())).toEqual([]);
  await taken.close();
});

it('an unreachable database is reported as DATABASE_URL, without its password', TIMEOUT, async () => {
  const { number } = await port('free');
  const line = await refusal({ DATABASE_URL: `postgresql://parley:hunter2@127.0.0.1:${number}/parley` });
  expect(line).toMatch(new RegExp(`^DATABASE_URL: .*127\\.0\\.0\\.1:${number} cannot be reached`));
  expect(line).not.toContain('hunter2');
});

it('a directory for uploads that cannot be written to is reported as UPLOADS', TIMEOUT, async () => {
  // Root may write anywhere else.
  const UPLOADS = path.join(import.meta.filename, 'uploads');
  const line = await refusal({ DATABASE_URL: inject('databaseUrl'), UPLOADS });
  expect(line).toMatch(/^Uploads cannot be stored in .*\/uploads \(ENOTDIR.*\): set UPLOADS to a directory /);
});

it('a nonexistent database is reported as DATABASE_URL', TIMEOUT, async () => {
  const url = new URL(inject('databaseUrl'));
  url.pathname = '/parley_nowhere';
  expect(await refusal({ DATABASE_URL: url.href })).toMatch(/^DATABASE_URL: .*"parley_nowhere" does not exist/);
});
