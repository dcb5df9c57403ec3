import { Counter, Histogram, Registry } from 'prom-client';

/** What one process counts for its operators, in a registry of its own. What is read when asked for is in `gauges.ts`. */
export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'parley_http_requests_total',
      help: 'Answered HTTP requests, by path and status; those of all files count as /uploads, paths that are not served count as other.',
      labelNames: ['path', 'status'] as const,
      registers,
    }),
    operations: new Histogram({
      name: 'parley_operation_duration_seconds',
      help: 'GraphQL operations by name, type and outcome (ok or error); of a subscription, how long its start took.',
      labelNames: ['operation', 'type', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    errors: new Counter({
      name: 'parley_errors_total',
      help: 'Operations that answered an error by its code: in errors, or as a member of a union.',
      labelNames: ['code'] as const,
      registers,
    }),
    jobs: new Histogram({
      name: 'parley_job_duration_seconds',
      help: 'Jobs that this process has done, by name and outcome (done, failed or given_up).',
      labelNames: ['job', 'outcome'] as const,
      buckets: SECONDS,
      registers,
    }),
    deliveries: new Counter({
      name: 'parley_webhook_deliveries_total',
      help: 'Tries to deliver a webhook, by outcome.',
      labelNames: ['outcome'] as const,
      registers,
    }),
  };
}
