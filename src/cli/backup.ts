import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { parseOrExplain, usageError } from './command.js';

const USAGE = 'npm run backup [-- DIRECTORY]';
const HELP = `${USAGE}

Writes the embedded database as it is at this moment, and the uploads in DATA_DIR, to a new directory, by default
backup-DATE-TIME. A server may run beside it. The directory has all messages and secrets, so only you may read it.
`;

await runProgram(async () => {
  exitOnInterrupt();
  const { values, positionals } = parseOrExplain(USAGE, () =>
    parseArgs({ allowPositionals: true, options: { help: { type: 'boolean', short: 'h' } } }),
  );
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (positionals.length > 1) throw usageError('Too many arguments.', USAGE);
  const config = loadConfig();
  // Loading these takes most of the time that a command takes. Help and wrong arguments do not need them.
  const { embeddedOf, showOn, summaryOf } = await import('./backup/embedded.js');
  const { backUp } = await import('../db/embedded/backup.js');
  const { terminalProgress } = await import('./workspace/progress.js');
  const { uploadsElsewhere, ...options } = embeddedOf(config);
  const target = path.resolve(positionals[0] ?? defaultName());
  const progress = terminalProgress();
  const manifest = await backUp(target, { ...options, onProgress: showOn(progress) }).finally(() => progress?.end());
  if (uploadsElsewhere) process.stderr.write(`Uploads are not part of it: back up ${uploadsElsewhere}, too\n`);
  process.stdout.write(`Backed up to ${target}: ${summaryOf(manifest)}\n`);
});

function defaultName(): string {
  return `backup-${new Date().toISOString().replace(/\..*/, '').replaceAll(':', '').replace('T', '-')}`;
}
