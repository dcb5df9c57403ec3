import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Results } from './results.js';

const BENCH = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const COMPARED = ['postgraphile', 'mercurius', 'graphql-yoga', 'graphql-ws', 'ws', 'pg', 'graphql'];

/** The machine, with what others had it do just before: the load average of the last minute. */
export function describeMachine(): Results['machine'] {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    load: loadavg()[0] ?? 0,
  };
}

export async function versions(database: string, node: string): Promise<Record<string, string>> {
  const { dependencies } = z
    .object({ dependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(await readFile(path.join(BENCH, 'package.json'), 'utf8')));
  return {
    Parley: text('git', ['describe', '--always', '--dirty']),
    'Node, latest': text(node, ['--version']),
    'Node, running': process.version,
    PostgreSQL: database.replace('PostgreSQL ', ''),
    ...Object.fromEntries(COMPARED.map((name) => [name, dependencies[name] ?? 'unknown'])),
  };
}

const text = (command: string, args: string[]) => execFileSync(command, args, { cwd: BENCH, encoding: 'utf8' }).trim();
