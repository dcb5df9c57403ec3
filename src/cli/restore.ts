import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../config.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { parseOrExplain, usageError } from './command.js';

const USAGE = 'npm run restore -- DIRECTORY [--replace] [--check]';
const HELP = `${USAGE}

Puts a backup of the embedded database, with its uploads, into DATA_DIR, which no server may be using. It may be of an
older version of Parley, and of any version of PostgreSQL.

  --replace  move the data that is there to DATA_DIR/replaced-DATE-TIME; without it, only new directories are taken
  --check    only read the backup to its end, and say whether this version can restore it
`;

const AFTERWARDS =
  'If it takes the place of the original, start once with DATABASE_COPY=off: until then, background work is off\n';

await runProgram(async () => {
  exitOnInterrupt();
  const { values, positionals } = parseOrExplain(USAGE, () =>
    parseArgs({
      allowPositionals: true,
      options: {
        replace: { type: 'boolean', default: false },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const [backup, ...others] = positionals;
  if (backup === undefined) throw usageError('The directory of the backup is missing.', USAGE);
  if (others.length > 0) throw usageError('Too many arguments.', USAGE);
  const config = loadConfig();
  // Loading these takes most of the time that a command takes. Help and wrong arguments do not need them.
  const { embeddedOf, showOn, summaryOf } = await import('./backup/embedded.js');
  const { checkBackup, restore } = await import('../db/embedded/restore.js');
  const { terminalProgress } = await import('./workspace/progress.js');
  if (values.check) {
    const { manifest } = await checkBackup(path.resolve(backup));
    process.stdout.write(`The backup is complete: ${summaryOf(manifest)}\n`);
    return;
  }
  const { uploadsElsewhere, ...options } = embeddedOf(config);
  const progress = terminalProgress();
  const { manifest, aside } = await restore(path.resolve(backup), {
    ...options,
    replace: values.replace,
    onProgress: showOn(progress),
  }).finally(() => progress?.end());
  if (uploadsElsewhere) process.stderr.write(`Uploads are not part of it: see ${uploadsElsewhere}\n`);
  process.stdout.write(`Restored to ${options.dataDir}: ${summaryOf(manifest)}\n`);
  if (aside) process.stdout.write(`The data from before is in ${aside}\n`);
  process.stdout.write(AFTERWARDS);
});
