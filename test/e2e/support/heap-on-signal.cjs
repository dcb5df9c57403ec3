// Loaded into a server: on SIGUSR2 it writes to stderr how many bytes of its heap are in use.
const { getHeapSpaceStatistics, setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

const oldSpace = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space').space_used_size;

process.on('SIGUSR2', () => {
  // What has outlived two collections of young objects is among the old ones.
  collectGarbage({ type: 'minor' });
  collectGarbage({ type: 'minor' });
  const grownOld = oldSpace();
  collectGarbage();
  // What the first one has found to be held by nothing but objects that it removes.
  collectGarbage();
  const figures = { grownOld, old: oldSpace(), used: process.memoryUsage().heapUsed };
  process.stderr.write(`${JSON.stringify({ heap: figures })}\n`);
});
