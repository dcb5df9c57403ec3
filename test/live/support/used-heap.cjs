// Loaded into a server: on SIGUSR2 it writes to stderr how many bytes of its heap are in use.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collectGarbage();
  // What the first one has found to be held by nothing but objects that it removes.
  collectGarbage();
  process.stderr.write(`${JSON.stringify({ usedHeap: process.memoryUsage().heapUsed })}\n`);
});
