import { parseArgs } from 'node:util';
import type { Client } from 'pg';
import { loadConfig } from '../config.js';
import { connectForMigration } from '../db/migrate/connect.js';
import { countShifted, repairShifted, type ShiftedTable } from '../db/shifted-times.sql.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { parseOrExplain, usageError, withDatabase } from './command.js';

const USAGE = 'npm run repair:times -- --time-zone ZONE [--apply]';
const HELP = `${USAGE}

Finds the rows that an earlier version wrote while the configured database had this time zone, such as America/New_York.
Their times lie off by the zone's offset from UTC. Stop all servers and workers first.

  --time-zone  the TimeZone that the database or the role had
  --apply      repair the rows, in one transaction; without it, they are only counted
`;

await runProgram(async () => {
  exitOnInterrupt();
  const { values } = parseOrExplain(USAGE, () =>
    parseArgs({
      options: {
        'time-zone': { type: 'string' },
        apply: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }),
  );
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  const { 'time-zone': zone, apply = false } = values;
  if (!zone) throw usageError('The time zone is missing.', USAGE);
  process.stdout.write(report(await withDatabase(loadConfig(), (url) => run(url, zone, apply)), apply));
});

async function run(url: string, zone: string, apply: boolean): Promise<ShiftedTable[]> {
  const client = await connectForMigration(url);
  try {
    await assertZone(client, zone);
    if (!apply) return await countShifted(client, zone);
    await client.query('BEGIN');
    const repaired = await repairShifted(client, zone);
    await client.query('COMMIT');
    return repaired;
  } finally {
    // Rolls back what was not committed.
    await client.end().catch(() => undefined);
  }
}

async function assertZone(client: Client, zone: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_timezone_names WHERE name = $1', [zone]);
  if (rowCount === 0) throw usageError(`PostgreSQL knows no time zone ${JSON.stringify(zone)}.`, USAGE);
}

function report(tables: ShiftedTable[], applied: boolean): string {
  if (tables.length === 0) return 'Nothing to do, no row was written in this time zone\n';
  const lines = tables.map(({ table, rows }) => `${applied ? 'Repaired' : 'Found'} ${rows} of ${table}`);
  return `${[...lines, ...(applied ? [] : ['Nothing was changed; repair them with --apply'])].join('\n')}\n`;
}
