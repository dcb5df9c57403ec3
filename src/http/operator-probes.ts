import { Registry } from 'prom-client';
import type { Config } from '../config.js';
import type { Database } from '../db/client.js';
import type { Metrics } from '../metrics/metrics.js';
import { processMetrics } from '../metrics/process-metrics.js';
import { createProbes, type Probes } from './probes.js';
import { databaseAnswers } from './readiness.sql.js';

/** What every process answers to its operators. */
export function operatorProbes({ metrics: access }: Config, database: Database, { registry }: Metrics): Probes {
  const all = access && Registry.merge([registry, processMetrics()]);
  return createProbes({
    isReady: () => databaseAnswers(database),
    metrics: all && { render: () => all.metrics(), contentType: all.contentType, token: access.token },
  });
}
