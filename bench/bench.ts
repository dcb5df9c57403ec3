// Measures Parley beside other servers. See README.md.
import { openBench } from './harness/open-bench.js';
import { HELP, parseOptions } from './harness/options.js';

const options = parseOptions(process.argv.slice(2));
if (options === 'help') process.stdout.write(HELP);
else process.exitCode = (await openBench(options)) ? 0 : 1;
