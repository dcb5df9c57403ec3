import { Registry } from 'prom-client';
import { processMetrics } from '../metrics/process-metrics.js';
import type { Services } from '../services.js';
import { createProbes, type Probes } from './probes.js';
import { databaseAnswers } from './readiness.sql.js';

/** What every process answers to its operators. */
export function operatorProbes({ config, database, metrics }: Services): Probes {
  const access = config.metrics;
  const all = access && Registry.merge([metrics.registry, processMetrics()]);
  return createProbes({
    isReady: () => databaseAnswers(database),
    metrics: all && { render: () => all.metrics(), contentType: all.contentType, token: access.token },
  });
}
