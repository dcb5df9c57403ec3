// Loads something that does nothing in place of what WITHOUT names, so that what each costs can be measured.
export const NOTHING = {
  // The line in the log and the metrics of each operation.
  record: { 'http/plugins/use-operation-record.js': 'export const useOperationRecord = () => ({});' },
  // The complexity of each operation, and what it takes from its caller's minute.
  cost: {
    'http/plugins/use-operation-limits.js': 'export const useOperationLimits = () => ({});',
    'http/plugins/use-rate-limits.js': 'export const useRateLimits = () => ({});',
  },
  // The request id, and whose reads share the pool.
  scope: {
    'http/request-scope.js': `
      const nothing = { requestId: 'none', reader: null, span: null, onAbandoned: () => undefined, abandoned: false };
      const scope = { ...nothing, cost: 0, owed: 0 };
      export const inRequestScope = (id, run) => run(scope);
      export const withinScope = (scope, run) => run();
      export const spend = () => undefined;
      export const owe = () => undefined;
      export const takeOwed = () => 0;
      export const readAs = () => undefined;
      export const limitReads = () => undefined;
      export const whenAbandoned = () => undefined;
      export const abandon = () => undefined;
      export const currentReader = () => null;
      export const currentRequestId = () => 'none';
      export const currentRequestSpan = () => null;
      export const logFailure = (log, err) => { log.error({ err }); return 'Something went wrong.'; };`,
  },
};

const sources = (process.env.WITHOUT ?? '').split(',').flatMap((name) => Object.entries(NOTHING[name] ?? {}));

export async function load(url, context, next) {
  const source = sources.find(([file]) => url.endsWith(`/dist/${file}`))?.[1];
  return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true };
}
