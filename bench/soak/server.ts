import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { loadConfig } from '../../src/config.js';
import { openDatabase } from '../../src/db/client.js';
import { startEmbeddedDatabase } from '../../src/db/embedded.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';

/** The server as it is built, in a process of its own and with its defaults. */
export type BuiltServer = {
  url: string;
  /** Creates a workspace. Returns its key. */
  newWorkspace: () => Promise<string>;
  /** The resident memory of the process, in megabytes. */
  memory: () => Promise<number>;
  /** What was refused because of overload, by reason. */
  shed: () => Promise<string>;
  /** What it has logged as errors. */
  errors: () => string;
  stop: () => Promise<void>;
};

/** Starts `dist/main.js` on DATABASE_URL, or else on an embedded PostgreSQL that is removed afterwards. */
export async function startBuiltServer(): Promise<BuiltServer> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-soak-'));
  const { database: location } = loadConfig();
  const embedded =
    location.kind === 'embedded' ? await startEmbeddedDatabase({ dataDir, log: pino({ level: 'error' }) }) : null;
  const url = location.kind === 'external' ? location.url : (embedded?.url ?? '');
  const server = spawn(process.execPath, ['dist/main.js'], {
    env: { ...process.env, DATABASE_URL: url, DATA_DIR: dataDir, PORT: '0', DEMO: 'off', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  server.stderr.setEncoding('utf8').on('data', (text) => {
    errors += text;
  });
  const address = await announced(server, () => errors);
  const database = openDatabase({ url, poolSize: 1 });
  const metrics = async () => (await fetch(new URL('/metrics', address))).text();
  return {
    url: address,
    newWorkspace: async () => (await createWorkspace(database.prisma, { name: 'Soak' })).apiKey,
    memory: async () => sumOf(await metrics(), 'process_resident_memory_bytes') / 1e6,
    shed: async () =>
      [...(await metrics()).matchAll(/^parley_shed_total\{reason="(\w+)"\} (\d+)/gm)]
        .map(([, reason, count]) => `${reason} ${count}`)
        .join(', ') || 'nothing',
    errors: () => errors,
    stop: async () => {
      const ended = once(server, 'close');
      server.kill();
      await ended;
      await database.close();
      await embedded?.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function announced(server: ChildProcess, errors: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const url = /http:\S+\/graphql/.exec(text)?.[0];
      if (url) resolve(url);
    });
    server.once('close', (code) => reject(new Error(`The server ended with exit code ${code}: ${errors()}`)));
  });
}

function sumOf(metrics: string, name: string): number {
  const series = metrics.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}
