import { setTimeout as sleep } from 'node:timers/promises';
import { Gauge } from 'prom-client';
import type { Database } from '../db/client.js';
import type { Live } from '../live/live.js';
import { countJobs } from './count-jobs.sql.js';
import type { Metrics } from './metrics.js';

/** For a reading; whoever asks waits for 10 seconds or less. */
const PATIENCE_MS = 2_000;

type Reading = { labels: Record<string, string>; value: number };

/** Adds what is not counted but read each time that somebody asks: of the pool, the live events and the jobs. */
export function addGauges(metrics: Metrics, { database, live }: { database: Database; live: Live }): void {
  gauge(metrics, {
    name: 'parley_database_connections',
    help: 'Connections of the pool by state (busy or idle), and those who wait for one (waiting).',
    labelNames: ['state'],
    read: () => Object.entries(database.connections()).map(([state, value]) => ({ labels: { state }, value })),
  });
  gauge(metrics, {
    name: 'parley_subscriptions',
    help: 'Subscriptions to events that are open.',
    read: () => [{ labels: {}, value: live.fanOut.size().subscribers }],
  });
  gauge(metrics, {
    name: 'parley_subscription_groups',
    help: 'Groups of equal subscriptions, each executed once for an event.',
    read: () => [{ labels: {}, value: live.fanOut.size().groups }],
  });
  gauge(metrics, {
    name: 'parley_tail_lag_seconds',
    help: 'For how long the tail has not been known to be at the end of a log that it follows; 0 to 2 when all is well.',
    read: () => [{ labels: {}, value: live.logFollower.lagMs() / 1000 }],
  });
  gauge(metrics, {
    name: 'parley_jobs',
    help: 'Jobs in the database, the same in every process: waiting, scheduled for later, running, or failed for good.',
    labelNames: ['job', 'state'],
    read: async () => (await countJobs(database)).map(({ count: value, ...labels }) => ({ labels, value })),
  });
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
      // What cannot be read is left out, as while the database is away or its connections are all busy: the rest is needed
      // then most.
      const tooLate = sleep(PATIENCE_MS, [], { ref: false });
      const readings = await Promise.race([read(), tooLate]).catch(() => []);
      for (const { labels, value } of readings) this.set(labels, value);
    },
  });
}
