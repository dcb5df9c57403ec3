// Required by a program before anything else: says at its end which modules of OpenTelemetry it has loaded.
const { writeSync } = require('node:fs');

process.on('exit', () => {
  const names = Object.keys(require.cache).map((file) => /node_modules\/(@opentelemetry\/[^/]+)/.exec(file)?.[1]);
  writeSync(2, `${JSON.stringify({ loaded: [...new Set(names.filter((name) => name !== undefined))] })}\n`);
});
