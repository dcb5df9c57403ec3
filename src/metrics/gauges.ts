import { setTimeout as sleep } from 'node:timers/promises';
import { Counter, Gauge } from 'prom-client';
import type { Database } from '../db/client.js';
import type { Live } from '../live/live.js';
import { countJobs } from './count-jobs.sql.js';
import type { Metrics } from './metrics.js';
import { webhookBacklog } from './webhook-backlog.sql.js';

/** For one reading. Prometheus waits 10 seconds for all of them by default. */
const PATIENCE_MS = 2_000;

type Reading = { labels: Record<string, string>; value: number };

/** Adds what is read at each scrape: of the connection pool, live events and jobs. */
export function addGauges(
  metrics: Metrics,
  { database, live, clock }: { database: Database; live: Live; clock: () => Date },
): void {
  gauge(metrics, {
    name: 'parley_database_connections',
    help: 'Database connections of the pool by state: busy or idle; waiting counts requests for a connection.',
    labelNames: ['state'],
    read: () => Object.entries(database.connections()).map(([state, value]) => ({ labels: { state }, value })),
  });
  gauge(metrics, {
    name: 'parley_subscriptions',
    help: 'Open subscriptions to events.',
    read: () => [{ labels: {}, value: live.fanOut.size().subscribers }],
  });
  gauge(metrics, {
    name: 'parley_subscription_groups',
    help: 'Groups of equal subscriptions; each event is executed once per group that it concerns.',
    read: () => [{ labels: {}, value: live.fanOut.size().groups }],
  });
  new Counter({
    name: 'parley_subscription_group_checks_total',
    help: 'How often a group of equal subscriptions was asked about new events, because they might concern it.',
    registers: [metrics.registry],
    collect() {
      this.reset();
      this.inc(live.fanOut.asked());
    },
  });
  gauge(metrics, {
    name: 'parley_tail_lag_seconds',
    help: 'How far the log follower lags: seconds since a followed log was last known to be read to its end. Normally 0 to 2.',
    read: () => [{ labels: {}, value: live.logFollower.lagMs() / 1000 }],
  });
  gauge(metrics, {
    name: 'parley_jobs',
    help: 'Jobs in the database by name and state: waiting, scheduled, running or failed (all attempts). The same in every process.',
    labelNames: ['job', 'state'],
    read: async () => (await countJobs(database)).map(({ count: value, ...labels }) => ({ labels, value })),
  });
  // Both are read at the same time, by one statement.
  const backlog = shared(() => webhookBacklog(database, clock()));
  gauge(metrics, {
    name: 'parley_webhook_backlog',
    help: 'Deliveries of webhooks to active endpoints by state: due, or retrying (after a failure, not due yet). At most 100000. The same in every process.',
    labelNames: ['state'],
    read: async () => {
      const { due, retrying } = await backlog();
      return [
        { labels: { state: 'due' }, value: due },
        { labels: { state: 'retrying' }, value: retrying },
      ];
    },
  });
  gauge(metrics, {
    name: 'parley_webhook_oldest_seconds',
    help: 'How long the oldest delivery that is due has been so; 0 if none is. The same in every process.',
    read: async () => [{ labels: {}, value: (await backlog()).oldestSeconds }],
  });
}

/** How far the read replica is behind; null if there is none, or that is not known. */
type ReplicaLag = () => { seconds: number; bytes: number } | null;

/** Adds what is known of the read replica, where one is configured. What is not known is left out. */
export function addReplicaGauges(metrics: Metrics, lag: ReplicaLag): void {
  gauge(metrics, {
    name: 'parley_replica_up',
    help: 'Whether there is a standby to read from (1) or not (0).',
    read: () => [{ labels: {}, value: lag() ? 1 : 0 }],
  });
  const part = (name: 'seconds' | 'bytes') => () => {
    const known = lag();
    return known ? [{ labels: {}, value: known[name] }] : [];
  };
  gauge(metrics, {
    name: 'parley_replica_lag_seconds',
    help: 'How long ago the state was that the read replica is known to show. Normally 0 to 1: it is asked twice a second.',
    read: part('seconds'),
  });
  gauge(metrics, {
    name: 'parley_replica_lag_bytes',
    help: "Bytes of the primary's write-ahead log that the read replica had not replayed when it was last asked.",
    read: part('bytes'),
  });
}

/** Adds what does not change: which program this is. */
export function addBuildInfo({ registry }: Metrics, labels: { version: string; commit: string }): void {
  new Gauge({
    name: 'parley_build_info',
    help: 'Always 1; its labels say which version this is, of which commit (empty if not known), on which Node.js.',
    labelNames: ['version', 'commit', 'node'],
    registers: [registry],
  }).set({ ...labels, node: process.version }, 1);
}

/** Has those who ask at the same time share an answer. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask().finally(() => {
      asked = null;
    });
    return asked;
  };
}

type GaugeOptions = {
  name: string;
  help: string;
  labelNames?: string[];
  read: () => Reading[] | Promise<Reading[]>;
};

function gauge({ registry }: Metrics, { read, ...options }: GaugeOptions): void {
  new Gauge({
    ...options,
    registers: [registry],
    async collect() {
      this.reset();
      // A gauge that cannot be read is left out: while the database is away or overloaded, the others are needed most.
      const tooLate = sleep(PATIENCE_MS, [], { ref: false });
      const readings = await Promise.race([read(), tooLate]).catch(() => []);
      for (const { labels, value } of readings) this.set(labels, value);
    },
  });
}
