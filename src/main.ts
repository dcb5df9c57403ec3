import { announce } from './announce.js';
import { loadConfig } from './config.js';
import { runProgram } from './lib/run-program.js';
import { shutdownSignal } from './lib/shutdown-signal.js';

await runProgram(async () => {
  const told = shutdownSignal();
  const config = loadConfig();
  // Loaded only now, as it takes a second, and a wrong variable can be told at once.
  const { startApp } = await import('./app.js');
  const app = await startApp(config);
  announce(app);
  await told;
  await app.stop();
});
