import { isIP } from 'node:net';
import type { GraphiQLOptions } from 'graphql-yoga';
import { readOperations } from '../lib/shared-operations.js';

/** The operations that GraphiQL opens with. Each works without changes. */
const examples = [
  { operation: 'Inbox', variables: { first: 20, filter: { status: ['OPEN', 'PENDING'] } } },
  {
    operation: 'CreateConversation',
    variables: {
      input: {
        subject: 'Where is my parcel?',
        contact: { email: 'ada@example.com', name: 'Ada Example' },
        message: { text: 'It should have come yesterday.', direction: 'INBOUND' },
      },
    },
  },
  { operation: 'LiveEvents', variables: {} },
  { operation: 'Events', variables: { first: 20 } },
];

/** GraphiQL with the demo key in its headers and the example operations in its tabs. */
export async function graphiqlOptions(demoKey: string | undefined): Promise<GraphiQLOptions> {
  const headers = JSON.stringify({ Authorization: `Bearer ${demoKey ?? 'parley_sk_…'}` }, null, 2);
  const textOf = await readOperations();
  return {
    title: 'Parley',
    headers,
    defaultHeaders: headers,
    defaultTabs: examples.map(({ operation, variables }) => ({
      query: textOf(operation),
      variables: JSON.stringify(variables, null, 2),
      headers,
    })),
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
  };
}

/** Chooses what GraphiQL opens with for a request. `publicUrl` is the URL that clients reach the server by. */
export type GraphiQLPages = (request: Pick<Request, 'headers'>, publicUrl: string) => GraphiQLOptions;

/**
 * Prepares the GraphiQL pages. The demo key is included only if the request's host is an IP address, localhost or the
 * host of the public URL: any other name may be an attacker's that DNS resolves to this server, whose pages could read
 * the key.
 */
export async function graphiqlPages(demoKey: string | undefined): Promise<GraphiQLPages> {
  const [own, other] = [await graphiqlOptions(demoKey), await graphiqlOptions(undefined)];
  return ({ headers }, publicUrl) => (isOwnAddress(headers.get('host') ?? '', publicUrl) ? own : other);
}

function isOwnAddress(host: string, publicUrl: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  const isAddress = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
  return isAddress || hostname === 'localhost' || hostname === new URL(publicUrl).hostname;
}

/** Renders GraphiQL without a CDN. The package has several megabytes and is loaded on the first request. */
export async function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  return page.renderGraphiQL(options);
}
