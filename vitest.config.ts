import { availableParallelism } from 'node:os';
import { transformAsync } from '@babel/core';
import { defineConfig } from 'vitest/config';
import { countReporter } from './test/support/reporter.js';

/** Puts what Relay's compiler has made of the recipe's documents in their place, as the build of an app does. */
const relay = {
  name: 'relay',
  enforce: 'pre' as const,
  transform: {
    filter: { id: /\/docs\/recipes\/relay\/[^/]+\.ts$/ },
    handler: async (code: string, filename: string) => {
      const made = await transformAsync(code, {
        filename,
        configFile: false,
        parserOpts: { plugins: ['typescript'] },
        plugins: [['relay', { artifactDirectory: 'docs/recipes/relay/generated', eagerEsModules: true }]],
        sourceMaps: true,
      });
      return { code: made?.code ?? code, map: made?.map };
    },
  },
};

export default defineConfig({
  plugins: [relay],
  // As Node itself resolves it: Vite would load graphql's other build beside the one that all packages use.
  resolve: {
    alias: [
      { find: /^graphql$/, replacement: 'graphql/index.js' },
      { find: /^@parley\/client$/, replacement: new URL('client/src/client.ts', import.meta.url).pathname },
      { find: /^@parley\/client\/(.*)$/, replacement: `${new URL('client/src/', import.meta.url).pathname}$1.ts` },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/seed.ts'],
    pool: 'threads',
    // Many tests wait for processes that they start, or for a time limit to pass, so that one worker more than there are
    // processors keeps these busy. With more than four the servers' connections could be more than PostgreSQL allows.
    maxWorkers: Math.min(4, availableParallelism() + 1),
    // The files of a worker share its modules: building the GraphQL schema takes longer than most files' tests.
    isolate: false,
    // For a machine that does much else; no test waits this long by itself.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 60_000,
    reporters: ['default', countReporter],
  },
});
