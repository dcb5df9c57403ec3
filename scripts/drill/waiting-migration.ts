import { migrationOf, readMigrations } from '../../src/db/migrate/migrations.js';
import { migrate } from '../../src/db/migrate.js';
import { withSql } from '../../test/faults/support/log-rows.js';
import { eventually } from '../../test/live/support/listen.js';
import { beginLoad } from './load.js';
import type { Scenario } from './scenario.js';
import { PATIENCE_MS } from './world.js';

const NEXT = migrationOf('29990101000000_drill', 'ALTER TABLE "Conversation" ADD COLUMN "ofTheNextVersion" TEXT;\n');

/** A new version starts beside the servers while a dump holds a lock on a table that it changes. */
export const waitingMigration: Scenario = {
  name: 'migration',
  killed: 'nothing: a migration waits for a lock of a dump',
  mayFail: false,
  run: async ({ quick, newDatabase, startServer }) => {
    const { cluster, workspace } = await newDatabase();
    const server = await startServer({ DATABASE_URL: cluster.url });
    const load = await beginLoad({ workspace, urls: () => [server.url] });
    await load.more(50);
    const said: string[] = [];
    const moment = performance.now();
    await withSql(cluster.url, async (dump) => {
      await dump.query('BEGIN; LOCK TABLE "Conversation" IN ACCESS SHARE MODE');
      const migrations = [...(await readMigrations()), NEXT];
      const migrating = migrate(cluster.url, { migrations, onWait: (message) => said.push(message) });
      // Its failure is reported where it is waited for.
      migrating.catch(() => undefined);
      await eventually(() => said.length >= (quick ? 1 : 3), 'that it gives up the lock', PATIENCE_MS);
      await dump.query('COMMIT');
      await migrating;
    });
    await load.more(50);
    const awayMs = load.slowestSince(moment);
    return { ...(await load.end(cluster.url)), awayMs };
  },
};
