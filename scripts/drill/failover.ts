import { withSql } from '../../test/faults/support/log-rows.js';
import { eventually } from '../../test/live/support/listen.js';
import type { Cluster } from '../../test/support/cluster.js';
import { beginLoad } from './load.js';
import type { Scenario } from './scenario.js';
import { PATIENCE_MS } from './world.js';

const REPLICATED = "SELECT count(*)::int FROM pg_stat_replication WHERE sync_state = 'sync'";

/** Two servers that know both hosts; the standby is synchronous, so that what is acknowledged is on both. */
export const failover: Scenario = {
  name: 'failover',
  killed: 'the primary of PostgreSQL, `kill -9`; its synchronous standby is promoted',
  mayFail: true,
  run: async ({ quick, newDatabase, startServer }) => {
    const { cluster: primary, workspace } = await newDatabase();
    const standby = await primary.standby();
    await withSql(primary.url, async (sql) => {
      await sql.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
      await sql.query('SELECT pg_reload_conf()');
      await eventually(async () => (await sql.query(REPLICATED)).rows[0]?.count === 1, 'the standby', PATIENCE_MS);
    });
    const env = {
      DATABASE_URL: `${together(primary, standby)}?target_session_attrs=read-write`,
      DATABASE_POOL_SIZE: '8',
    };
    const servers = await Promise.all([startServer(env), startServer(env)]);
    const load = await beginLoad({ workspace, urls: () => servers.map(({ url }) => url) });
    await load.more(quick ? 50 : 500);
    await primary.kill();
    await standby.promote();
    // Nothing follows the new primary, whose writes would wait for that.
    await withSql(standby.url, async (sql) => {
      await sql.query("ALTER SYSTEM SET synchronous_standby_names = ''");
      await sql.query('SELECT pg_reload_conf()');
    });
    const awayMs = await load.servedAgainAfter(performance.now());
    await load.more(quick ? 50 : 500);
    return { ...(await load.end(standby.url)), awayMs };
  },
};

function together(...clusters: Cluster[]): string {
  return `postgresql://postgres@${clusters.map(({ url }) => new URL(url).host).join(',')}/postgres`;
}
