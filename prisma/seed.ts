import { loadConfig } from '../src/config.js';
import { runProgram } from '../src/lib/program.js';
import { runSeed } from '../src/seed/command.js';
import { HELP, parseSeedOptions } from '../src/seed/options.js';

const EXIT_CODE_INTERRUPTED = 130;

await runProgram(async () => {
  const options = parseSeedOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interruption.abort());
  await runSeed(loadConfig(), { options, output: process.stdout, signal: interruption.signal });
  if (interruption.signal.aborted) process.exit(EXIT_CODE_INTERRUPTED);
});
