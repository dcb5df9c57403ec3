import { loadConfig } from './config.js';
import { runProgram, shutdownSignal } from './lib/program.js';

// Declared first, because the program runs while this module is being evaluated.
const QUERY = '{ conversations(first: 3) { totalCount nodes { status contact { name } lastMessage { text } } } }';

await runProgram(async () => {
  const stopRequested = shutdownSignal();
  const config = loadConfig();
  // Loading the application takes a second. A wrong variable is reported before that.
  const { startApp } = await import('./app.js');
  const app = await startApp(config);
  announce(app);
  await stopRequested;
  await app.stop();
});

type Announcement = {
  /** The URL of the GraphQL endpoint. */
  url: string;
  /** The key of the demo workspace; undefined if there is none. */
  demoKey?: string | undefined;
  /** The URL of the example inbox; undefined if it is not served. */
  inboxUrl?: string | undefined;
};

/** Prints where the server is and how to try it. */
function announce({ url, demoKey, inboxUrl }: Announcement): void {
  const lines =
    demoKey === undefined
      ? [`Parley listens on ${url}`]
      : [
          '',
          `  Parley is ready     ${url}`,
          ...(inboxUrl ? [`  Inbox of an agent   ${inboxUrl}`] : []),
          `  Demo API key        ${demoKey}`,
          '',
          '  Open an address in a browser, or try it from a shell:',
          '',
          `  curl ${url} -H 'content-type: application/json' -H 'authorization: Bearer ${demoKey}' -d '${JSON.stringify({ query: QUERY })}'`,
          '',
        ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
