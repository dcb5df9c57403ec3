import { request } from 'node:http';
import { expect, it } from 'vitest';
import { useParley } from '../support/fixtures.js';

const parley = useParley({ config: { graphiql: true } });

const ORIGIN = 'https://elsewhere.example';

const page = (): Promise<{ headers: Record<string, unknown>; body: string }> =>
  new Promise((resolve, reject) => {
    const headers = { accept: 'text/html', origin: ORIGIN };
    request(parley.url, { headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ headers: response.headers, body }));
    })
      .on('error', reject)
      .end();
  });

it('pages of other origins can use the API but not read GraphiQL, which may contain a key', async () => {
  const { headers, body } = await page();
  expect(body).toContain('Parley');
  expect(headers['access-control-allow-origin']).toBeUndefined();
  const api = await fetch(parley.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: ORIGIN, accept: 'application/json, text/html' },
    body: '{"query":"{ __typename }"}',
  });
  expect(api.headers.get('access-control-allow-origin')).not.toBeNull();
});
