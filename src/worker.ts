import { loadConfig } from './config.js';
import { runProgram, shutdownSignal } from './lib/program.js';

await runProgram(async () => {
  const stopRequested = shutdownSignal();
  const config = loadConfig();
  // Loading the application takes a second. A wrong variable is reported before that.
  const { startWorkerApp } = await import('./app.js');
  const app = await startWorkerApp(config);
  process.stdout.write(`The worker of Parley runs; ${app.url}/healthz answers\n`);
  await stopRequested;
  await app.stop();
});
