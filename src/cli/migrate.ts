import { parseArgs } from 'node:util';
import { loadConfig } from '../config.js';
import { migrate } from '../db/migrate.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { onWait, parseOrExplain, withDatabase } from './command.js';

const USAGE = 'npm run migrate';
const HELP = `${USAGE}

Applies all pending migrations to the configured database (DATABASE_URL, or the embedded one in DATA_DIR). The server
also does so when it starts, unless MIGRATE is off.

Servers and workers of the version before may run meanwhile.
`;

await runProgram(async () => {
  exitOnInterrupt();
  const { values } = parseOrExplain(USAGE, () => parseArgs({ options: { help: { type: 'boolean', short: 'h' } } }));
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const applied = await withDatabase(loadConfig(), (url) => migrate(url, { onWait }));
  const lines =
    applied.length > 0 ? applied.map((name) => `Applied ${name}`) : ['Nothing to do, the database is up to date'];
  process.stdout.write(`${lines.join('\n')}\n`);
});
