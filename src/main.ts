import { loadConfig } from './config.js';
import { runProgram, shutdownSignal } from './lib/program.js';

// Declared before the program runs, which happens while this file is still being evaluated.
const QUERY = '{ conversations(first: 3) { totalCount nodes { status contact { name } lastMessage { text } } } }';

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

type Announcement = {
  /** Where GraphQL is served. */
  url: string;
  /** The key of the demo workspace; left out where there is none. */
  demoKey?: string | undefined;
};

/** Tells whoever has started the server where it is and how to try it. */
function announce({ url, demoKey }: Announcement): void {
  const lines =
    demoKey === undefined
      ? [`Parley listens on ${url}`]
      : [
          '',
          `  Parley is ready     ${url}`,
          `  Demo API key        ${demoKey}`,
          '',
          '  Open the address in a browser, or try it from a shell:',
          '',
          `  curl ${url} -H 'content-type: application/json' -H 'authorization: Bearer ${demoKey}' -d '${JSON.stringify({ query: QUERY })}'`,
          '',
        ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
