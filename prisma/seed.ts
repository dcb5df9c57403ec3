import { loadConfig } from '../src/config.js';
import { runSeed } from '../src/seed/command.js';
import { parseSeedOptions, usage } from '../src/seed/options.js';
import { StartError } from '../src/start-error.js';

const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());

async function main(): Promise<void> {
  const options = parseSeedOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(`${usage}\n`);
    return;
  }
  await runSeed(loadConfig(), { options, output: process.stdout, signal: interruption.signal });
  if (interruption.signal.aborted) process.exitCode = 130;
}

main().catch((error: unknown) => {
  const known = error instanceof StartError;
  process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
