import { kindOf, summaryOf } from '../db/statement-summary.js';
import type { Watch } from '../db/watch.js';
import { type Tracing, typeOf } from '../lib/tracing.js';
import type { Metrics } from './metrics.js';

/** Sent with the first statement of a transaction, and does nothing by itself. */
const BEGIN = 'BEGIN';
const ignore = () => undefined;

/** Measures what the database is asked for, and adds it to what is traced. What the server does by itself has no span. */
export function watchDatabase({ databaseWaits, statements }: Metrics, tracing: Tracing): Watch {
  return {
    wait: (ms) => databaseWaits.observe(ms / 1000),
    statement: (text) => {
      if (text === BEGIN) return ignore;
      const began = performance.now();
      const span = tracing.current() && beginSpan(tracing, text);
      return (error) => {
        statements.observe({ kind: kindOf(text) }, (performance.now() - began) / 1000);
        if (error !== undefined) span?.fail(typeOf(error));
        span?.end();
      };
    },
  };
}

function beginSpan(tracing: Tracing, sql: string) {
  const { text, operation, table } = summaryOf(sql);
  return tracing.begin(text, {
    kind: 'client',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation,
      'db.collection.name': table,
      'db.query.summary': text,
    },
  });
}
