import { loadConfig } from './config.js';
import { runProgram, shutdownSignal } from './lib/program.js';

await runProgram(async () => {
  const told = shutdownSignal();
  const config = loadConfig();
  // Loaded only now, as it takes a second, and a wrong variable can be told at once.
  const { startWorkerApp } = await import('./app.js');
  const app = await startWorkerApp(config);
  process.stdout.write(`The worker of Parley runs; ${app.url}/healthz answers\n`);
  await told;
  await app.stop();
});
