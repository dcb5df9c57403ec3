import { afterAll, beforeAll } from 'vitest';
import { migrate } from '../../../src/db/migrate.js';
import { withSql } from '../../faults/support/log-rows.js';
import { eventually } from '../../live/support/listen.js';
import { type Cluster, useClusters } from '../../support/cluster.js';
import { startParley, type TestServer, type TestWorkspace } from '../../support/parley.js';

export type Replicated = {
  primary: Cluster;
  standby: Cluster;
  /** Two processes on both. */
  one: TestServer;
  other: TestServer;
  workspace: TestWorkspace;
};

const START_MS = 180_000;

/** A primary with a standby, and two servers that read from it. */
export function useReplicated(): () => Replicated {
  const newCluster = useClusters();
  let made: Replicated | undefined;
  beforeAll(async () => {
    const primary = await newCluster();
    await migrate(primary.url);
    const standby = await primary.standby();
    // A machine that does much else must not have it look as if it were away, or behind because it was paused.
    const patient = { maxLagMs: 600_000, controlMs: 30_000, patienceMs: 30_000 };
    const config = { databaseReplicaUrl: standby.url };
    const start = () => startParley({ databaseUrl: primary.url, config, replica: patient });
    const [one, other] = await Promise.all([start(), start()]);
    made = { primary, standby, one, other, workspace: await one.newWorkspace() };
    await Promise.all([one, other].map(isUsed));
  }, START_MS);
  afterAll(() => Promise.all([made?.one.stop(), made?.other.stop()]));
  return () => {
    if (!made) throw new Error('It is there in tests only.');
    return made;
  };
}

/** How many queries a server has read from each place, and why. */
export async function readsOf({ url }: Pick<TestServer, 'url'>): Promise<Record<string, number>> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const lines = text.matchAll(/^parley_reads_total\{place="(\w+)",reason="(\w+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, place, reason, count]) => [`${place} ${reason}`, Number(count)]));
}

const READ = '{ contacts(first: 1) { nodes { id } } }';

/** Waits until a server reads from the replica what a workspace has. */
export async function reads(server: TestServer, workspace: TestWorkspace, place = 'replica current'): Promise<void> {
  const from = async () => (await readsOf(server))[place] ?? 0;
  const client = server.connect(workspace);
  const before = await from();
  await eventually(
    async () => {
      await client.post(READ);
      return (await from()) > before;
    },
    `a read from ${place}`,
    60_000,
  );
}

async function isUsed(server: TestServer): Promise<void> {
  const up = async () => (await (await fetch(new URL('/metrics', server.url))).text()).includes('parley_replica_up 1');
  await eventually(up, 'the replica', 60_000);
}

/** Has a standby replay what comes, or wait with it. */
export async function replay(standby: Cluster, action: 'pause' | 'resume'): Promise<void> {
  await withSql(standby.url, (sql) => sql.query(`SELECT pg_wal_replay_${action}()`));
}

/** Waits until the standby has replayed what the primary has written. */
export async function caughtUp({ primary, standby }: Pick<Replicated, 'primary' | 'standby'>): Promise<void> {
  const written = await withSql(primary.url, async (sql) => {
    const { rows } = await sql.query<{ lsn: string }>('SELECT pg_current_wal_flush_lsn()::text AS lsn');
    return rows[0]?.lsn;
  });
  await withSql(standby.url, (sql) =>
    eventually(
      async () => {
        const { rows } = await sql.query('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done', [written]);
        return rows[0]?.done === true;
      },
      'that the standby has caught up',
      60_000,
    ),
  );
}
