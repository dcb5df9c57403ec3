import type { GraphiQLOptions } from 'graphql-yoga';
import { readExampleOperations } from '../graphql/operations.js';

/** GraphiQL with the demo key in its headers and the example operations in its tabs. */
export async function graphiqlOptions(demoKey: string | undefined): Promise<GraphiQLOptions> {
  const headers = JSON.stringify({ Authorization: `Bearer ${demoKey ?? 'parley_sk_…'}` }, null, 2);
  const examples = await readExampleOperations();
  return {
    title: 'Parley',
    headers,
    defaultHeaders: headers,
    defaultTabs: examples.map((query) => ({ query, headers })),
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: true,
  };
}

/** The page, from the package and without a CDN. It is loaded when first asked for, for it is some megabytes. */
export async function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  const page = await import('@graphql-yoga/render-graphiql');
  return page.renderGraphiQL(options);
}
