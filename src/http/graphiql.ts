import { isIP } from 'node:net';
import type { GraphiQLOptions } from 'graphql-yoga';
import { readOperations } from '../lib/shared-operations.js';

/** What GraphiQL opens with: operations that do something at once. */
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

/** What GraphiQL opens with for whoever asks for it; `publicUrl` is the address that clients reach the server by. */
export type GraphiQLPages = (request: Pick<Request, 'headers'>, publicUrl: string) => GraphiQLOptions;

/**
 * The demo key stands only in pages of an address that nobody else can give to this server: DNS may lead any other name
 * here, and then a page from elsewhere could read it.
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

/** The page, from the package and without a CDN. It is loaded when first asked for, for it is some megabytes. */
export async function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  return page.renderGraphiQL(options);
}
