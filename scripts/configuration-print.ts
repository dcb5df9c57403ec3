// npm run configuration:print             writes docs/configuration.md from src/environment.ts
// npm run configuration:print -- --check  only compares them, and exits with 1 if they differ
import { z } from 'zod';
import { facts } from '../src/environment/variable.js';
import { environment } from '../src/environment.js';
import { code, printPage, table } from './print/page.js';

/** What applies without the variable. */
function defaultOf(schema: z.ZodType): string {
  const unset = facts.get(schema)?.unset;
  if (unset !== undefined || !(schema instanceof z.ZodDefault)) return unset ?? '';
  const value = schema.def.defaultValue;
  return code(typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
}

/** Keeps GitHub from turning the addresses of examples into links. */
const plain = (text: string) => text.replaceAll(/\b\w+:\/\/\S*\w/g, code);

const rows = Object.entries(environment.shape).map(([name, schema]) => {
  const { purpose = '', takes = '' } = facts.get(schema) ?? {};
  return [code(name), purpose, plain(takes), defaultOf(schema)];
});

const page = `# Configuration

Parley is configured with environment variables only. An empty variable counts as not set. If a value is invalid, the
server does not start; it prints one line that names every such variable and the values it takes.

## Variables

Printed from \`src/environment.ts\` by \`npm run configuration:print\`.

${table(['Variable', 'Purpose', 'Value', 'Default'], rows)}

## The demo key

With \`DEMO=on\`, GraphiQL's page contains the demo workspace's API key if it is opened at \`localhost\`, an IP address, or
the host of \`PUBLIC_URL\`. Do not set both \`DEMO\` and \`GRAPHIQL\` to \`on\` where strangers can reach the server.
`;

printPage('docs/configuration.md', page, 'npm run configuration:print');
