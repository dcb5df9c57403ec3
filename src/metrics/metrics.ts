import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** The counters and histograms of one server, in a registry of its own. Gauges are in `gauges.ts`. */
export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const STATEMENT_SECONDS = [0.0005, 0.001, 0.0025, ...SECONDS];

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'parley_http_requests_total',
      help: 'Answered HTTP requests by path and status. All files count as /uploads, unknown paths as other.',
      labelNames: ['path', 'status'] as const,
      registers,
    }),
    operations: new Histogram({
      name: 'parley_operation_duration_seconds',
      help: 'Duration of GraphQL operations by name, type and outcome (ok or error). For subscriptions, the duration of their start.',
      labelNames: ['operation', 'type', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    errors: new Counter({
      name: 'parley_errors_total',
      help: 'Operations that returned an error, by its code: a top-level error or a member of a union.',
      labelNames: ['code'] as const,
      registers,
    }),
    shed: new Counter({
      name: 'parley_shed_total',
      help: 'Requests, sockets and operations over sockets that were refused because of overload, by reason (waiting or event_loop).',
      labelNames: ['reason'] as const,
      registers,
    }),
    jobs: new Histogram({
      name: 'parley_job_duration_seconds',
      help: 'Duration of jobs run by this process, by name and outcome (done, failed or given_up).',
      labelNames: ['job', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    databaseWaits: new Histogram({
      name: 'parley_database_wait_seconds',
      help: 'How long transactions, and statements outside of one, waited for their connection, with the wait for their share of the pool.',
      buckets: STATEMENT_SECONDS,
      registers,
    }),
    statements: new Histogram({
      name: 'parley_database_statement_seconds',
      help: 'Duration of SQL statements from their sending to their result, by kind: read, write, or transaction (COMMIT and the like).',
      labelNames: ['kind'] as const,
      buckets: STATEMENT_SECONDS,
      registers,
    }),
    reads: new Counter({
      name: 'parley_reads_total',
      help: 'Queries by the place that they were read from, replica or primary, and why: current; or always, behind, away or failed (at the replica).',
      labelNames: ['place', 'reason'] as const,
      registers,
    }),
    deliveries: new Counter({
      name: 'parley_webhook_deliveries_total',
      help: 'Attempts to deliver webhooks, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
    notifierFailures: new Counter({
      name: 'parley_notifier_failures_total',
      help: 'What the notifier could not do, by action (connect, subscribe or publish). It retries; events arrive by polling meanwhile.',
      labelNames: ['action'] as const,
      registers,
    }),
  };
}

let processRegistry: Registry | undefined;

/** Memory, CPU, garbage collection and event loop lag of the process, collected once however many servers it runs. */
export function processMetrics(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}

const MAX_NAMES = 200;
const MAX_NAME_LENGTH = 64;

/**
 * Turns operation names into metric labels. Clients choose the names, and each label is a time series that stays, so
 * only the first 200 names from callers who may add one become labels. The rest share the label `other`.
 */
export function createOperationNames(): (name: string | null | undefined, by: { mayAdd: boolean }) => string {
  const known = new Set<string>();
  return (name, { mayAdd }) => {
    if (!name) return 'anonymous';
    if (known.has(name)) return name;
    if (!mayAdd || known.size >= MAX_NAMES || name.length > MAX_NAME_LENGTH) return 'other';
    known.add(name);
    return name;
  };
}
