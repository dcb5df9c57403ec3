import type { Reporter } from 'vitest/node';

/** Ends the output with `N passed, N failed`; a file that does not load and an unhandled error each count as failed. */
export const countReporter: Reporter = {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const skipped = count('skipped');
    const failed =
      count('failed') + modules.filter((module) => module.errors().length > 0).length + unhandledErrors.length;
    // A run can also fail as a whole, such as one that finds no test.
    const counts = [`${count('passed')} passed`, `${reason === 'passed' ? failed : Math.max(failed, 1)} failed`];
    if (skipped > 0) counts.push(`${skipped} skipped`);
    process.stdout.write(`${counts.join(', ')}\n`);
  },
};
