// npm run check: everything that can be told without running the server. Exits with 1 when any of it fails.
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';

const CHECKS: [name: string, command: string][] = [
  ['types of src', 'tsc --noEmit --incremental false'],
  ['types of tests and scripts', 'tsc -p tsconfig.test.json'],
  ['types of the client', 'tsc -p client --noEmit'],
  ['types of the inbox', 'tsc -p examples/inbox'],
  ['format and lint', 'biome check --error-on-warnings'],
  ['schema/schema.graphql', 'tsx scripts/schema-print.ts --check'],
  ['habits of the schema and operations', 'eslint --max-warnings 0 schema client/operations examples/inbox/operations'],
  ['promises of schema/released.graphql', 'tsx scripts/schema-release.ts --check'],
  ['docs/permissions.md', 'tsx scripts/permissions-print.ts --check'],
  ['docs/configuration.md', 'tsx scripts/configuration-print.ts --check'],
  ['docs/limits.md', 'tsx scripts/limits-print.ts --check'],
  ['migrations', 'tsx scripts/migration.ts'],
  ['unused code', 'knip'],
];

/** Those that say something worth knowing also where they pass, such as an enum's new value. */
const INFORMATIVE = new Set(['promises of schema/released.graphql']);

const run = (command: string): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });

const check = async ([name, command]: [string, string]): Promise<boolean> => {
  const start = performance.now();
  const { code, output } = await run(command);
  const passed = code === 0;
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const told = passed && !INFORMATIVE.has(name) ? '' : output.trimEnd();
  process.stdout.write(`${passed ? '✓' : '✗'} ${name} (${seconds} s)\n${told && `${told}\n`}`);
  return passed;
};

const results = await Promise.all(CHECKS.map(check));
process.exitCode = results.every(Boolean) ? 0 : 1;
