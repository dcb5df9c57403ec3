import { collectDefaultMetrics, Registry } from 'prom-client';

let shared: Registry | undefined;

/** Memory, CPU, garbage collection and the event loop's lag: of the process, so collected once however many start. */
export function processMetrics(): Registry {
  if (!shared) {
    shared = new Registry();
    collectDefaultMetrics({ register: shared });
  }
  return shared;
}
