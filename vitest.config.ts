import { defineConfig } from 'vitest/config';
import { countReporter } from './test/support/reporter.js';

export default defineConfig({
  // As Node itself resolves it: Vite would load graphql's other build beside the one that all packages use.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'threads',
    // The files of a worker share its modules: building the GraphQL schema takes longer than most files' tests.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 60_000,
    reporters: ['default', countReporter],
  },
});
