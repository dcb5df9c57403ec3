import { expect, it } from 'vitest';
import { useParley } from '../support/fixtures.js';

const withGraphiQL = useParley({ config: { graphiql: true } });
const without = useParley();

async function root(graphqlUrl: string, init: RequestInit = {}) {
  const response = await fetch(new URL('/', graphqlUrl), { redirect: 'manual', ...init });
  return { status: response.status, location: response.headers.get('location'), text: await response.text() };
}

it('leads a browser at the bare address to GraphiQL', async () => {
  expect(await root(withGraphiQL.url)).toEqual({ status: 302, location: '/graphql', text: '' });
});

it('says where GraphQL is without GraphiQL', async () => {
  expect(await root(without.url)).toEqual({ status: 404, location: null, text: 'GraphQL is at /graphql\n' });
});

it('is no page for a request that is not one for a page', async () => {
  for (const { url } of [withGraphiQL, without]) {
    expect(await root(url, { method: 'POST', body: '{}' })).toEqual({ status: 404, location: null, text: '' });
  }
});
