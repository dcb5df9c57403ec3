import { loadConfig } from '../config.js';
import { exitOnInterrupt, runProgram } from '../lib/program.js';
import { HELP, parseRequest, type Request } from './workspace/usage.js';

await runProgram(async () => {
  exitOnInterrupt();
  const request = parseRequest();
  process.stdout.write(request === 'help' ? HELP : await run(request));
});

/** Does what is asked for, and returns what to print. */
async function run(request: Request): Promise<string> {
  const config = loadConfig();
  // Loading these takes most of the time that a command takes. Help and wrong arguments do not need them.
  switch (request.command) {
    case 'list':
      return (await import('./workspace/list.js')).list(config, request);
    case 'create':
    case 'key':
      return (await import('./workspace/create.js')).create(config, request);
    case 'export':
      return (await import('./workspace/export.js')).exportToFile(config, request);
    case 'import':
      return (await import('./workspace/import.js')).importFile(config, request);
    case 'import-from':
      return (await import('./workspace/import-from.js')).importFolder(config, request);
    case 'delete':
      return (await import('./workspace/delete.js')).remove(config, request);
  }
}
