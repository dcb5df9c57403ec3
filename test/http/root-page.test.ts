import { expect, it } from 'vitest';
import { useParley } from '../support/fixtures.js';

const withGraphiQL = useParley({ config: { graphiql: true } });
const without = useParley();

async function root(graphqlUrl: string, init: RequestInit = {}) {
  const response = await fetch(new URL('/', graphqlUrl), { redirect: 'manual', ...init });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
}

it('a browser at the root URL is redirected to GraphiQL', async () => {
  expect(await root(withGraphiQL.url)).toEqual({ status: 302, location: '/graphql', text: '' });
});

it('the root page says where the GraphQL endpoint is if GraphiQL is off', async () => {
  expect(await root(without.url)).toEqual({ status: 404, location: null, text: 'GraphQL is at /graphql\n' });
});

it('the root page is served only to requests that accept HTML', async () => {
  for (const { url } of [withGraphiQL, without]) {
    expect(await root(url, { method: 'POST', body: '{}' })).toEqual({ status: 404, location: null, text: '' });
  }
});
