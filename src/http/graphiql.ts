import type { GraphiQLOptions } from 'graphql-yoga';
import { readOperations } from '../graphql/operations.js';

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

/** The page, from the package and without a CDN. It is loaded when first asked for, for it is some megabytes. */
export async function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  return page.renderGraphiQL(options);
}
