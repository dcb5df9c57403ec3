import type { IncomingMessage, ServerResponse } from 'node:http';

/** Leads whoever opens the bare address to where GraphQL is, and says whether it was that. */
export function rootPage(graphqlPath: string, graphiql: boolean) {
  return ({ method = '', url = '' }: IncomingMessage, response: ServerResponse): boolean => {
    if (!/^\/(\?|$)/.test(url) || !['GET', 'HEAD'].includes(method)) return false;
    if (graphiql) response.writeHead(302, { location: graphqlPath }).end();
    else response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end(`GraphQL is at ${graphqlPath}\n`);
    return true;
  };
}
