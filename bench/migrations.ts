// Measures how long requests wait while migrations run: npm run migrations -- [--conversations 100000]
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { migrationOf, readMigrations } from '../src/db/migrate/migrations.js';
import { migrate } from '../src/db/migrate.js';
import { latest, parley } from './harness/contestants.js';
import { openDatabaseServer, withClient } from './harness/database.js';
import { openProgress } from './harness/progress.js';
import { timeCounts } from './migrations/counts.sql.js';
import { type Kind, kinds } from './migrations/kinds.js';
import { startLightLoad } from './migrations/light-load.js';

/** No request may wait longer than this. */
const LIMIT_MS = 1_000;
const ALONE_MS = 10_000;
/** How long the server may take until it answers quickly, which is looked at now and then. */
const SETTLE_MS = 120_000;
const LOOK_EVERY_MS = 5_000;
/** For requests that wait when a migration ends. */
const AFTERWARDS_MS = 1_000;
/** How long a transaction holds its lock that a migration must wait for. */
const HELD_MS = 5_000;

const { values } = parseArgs({ options: { conversations: { type: 'string', default: '100000' } } });

execFileSync('npm', ['run', '--silent', 'build'], { cwd: '..', stdio: 'inherit' });
const progress = openProgress({ isTTY: process.stderr.isTTY, write: (text) => process.stderr.write(text) });
const databases = await openDatabaseServer(progress);
try {
  const database = await databases.copy(Number(values.conversations));
  const { url, scene } = database;
  const messages = await withClient(url, async (client) => {
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM "Message"');
    return Number(rows[0]?.count);
  });
  const server = await parley(latest).start(database);
  const requests = startLightLoad(server.url, scene);
  let worst = 0;

  /** Prints what requests waited while something went on. */
  async function measure(name: string, work: () => Promise<unknown>): Promise<number> {
    progress.show(name);
    requests.reset();
    const began = performance.now();
    await work();
    const seconds = (performance.now() - began) / 1000;
    await sleep(AFTERWARDS_MS);
    const { longestMs, medianMs, count } = requests.soFar();
    const cells = [name, `${seconds.toFixed(1)} s`, count, `${medianMs.toFixed(0)} ms`, `${longestMs.toFixed(0)} ms`];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
    return longestMs;
  }

  /** Waits until requests are answered quickly: the files of the database were copied, and are still being written. */
  async function settle(): Promise<void> {
    progress.show('waiting for quick answers');
    for (const deadline = performance.now() + SETTLE_MS; performance.now() < deadline; ) {
      requests.reset();
      await sleep(LOOK_EVERY_MS);
      if (requests.areQuick(LIMIT_MS / 2)) return;
    }
  }

  /** Applies a migration, while a transaction that reads the table has begun before, if so asked. */
  async function apply({ sql, besideReader }: Kind, index: number): Promise<void> {
    const migrations = [...(await readMigrations()), ...applied, migrationOf(`29990101${index + 100_000}_kind`, sql)];
    if (!besideReader) return void (await migrate(url, { migrations }));
    await withClient(url, async (reader) => {
      await reader.query('BEGIN; LOCK TABLE "Message" IN ACCESS SHARE MODE');
      const migrating = migrate(url, { migrations });
      await Promise.all([migrating, sleep(HELD_MS).then(() => reader.query('COMMIT'))]);
    });
  }

  const applied: ReturnType<typeof migrationOf>[] = [];
  try {
    process.stdout.write(
      `| ${messages.toLocaleString('en')} messages | took | requests | median wait | longest wait |\n`,
    );
    process.stdout.write('| --- | --- | --- | --- | --- |\n');
    await settle();
    await measure('nothing', () => sleep(ALONE_MS));
    for (const [index, kind] of kinds.entries()) {
      worst = Math.max(worst, await measure(kind.name, () => apply(kind, index)));
      applied.push(migrationOf(`29990101${index + 100_000}_kind`, kind.sql));
    }
    await requests.stop();
    const { asked, counted } = await timeCounts(server.url, url, scene);
    process.stdout.write(
      `\nconversationCounts of ${values.conversations} conversations: ${asked.toFixed(1)} ms, counting them: ${counted.toFixed(1)} ms\n`,
    );
  } finally {
    await requests.stop();
    await server.stop();
  }
  if (worst > LIMIT_MS) {
    process.stdout.write(`A request waited longer than ${LIMIT_MS} ms.\n`);
    process.exitCode = 1;
  }
} finally {
  await databases.stop();
}
