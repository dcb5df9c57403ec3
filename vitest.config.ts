import { defineConfig } from 'vitest/config';
import { countReporter } from './test/support/reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'threads',
    // The files of a worker share its modules: building the GraphQL schema takes longer than most files' tests.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    reporters: ['default', countReporter],
  },
});
