import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import { graphiqlOptions, graphiqlPages, renderGraphiQL } from '../../src/http/graphiql.js';

it('GraphiQL opens with the key in its headers and valid operations in its tabs', async () => {
  const options = await graphiqlOptions('parley_sk_test');
  expect(options.headers).toContain('Bearer parley_sk_test');
  expect(options.defaultTabs).toHaveLength(4);
  for (const { query, variables, headers } of options.defaultTabs ?? []) {
    expect(validate(schema, parse(query ?? ''))).toEqual([]);
    expect(JSON.parse(variables ?? '')).toBeTypeOf('object');
    expect(headers).toBe(options.headers);
  }
});

it('GraphiQL loads nothing from other servers', async () => {
  const page = await renderGraphiQL(await graphiqlOptions(undefined));
  expect(page).not.toMatch(/<script[^>]+src=|<link[^>]+href="http|unpkg\.com|cdn\./);
});

it('GraphiQL shows the demo key only at addresses that DNS cannot point elsewhere', async () => {
  const pages = await graphiqlPages('parley_sk_test');
  const shows = (host: string) =>
    JSON.stringify(pages({ headers: new Headers(host ? { host } : {}) }, 'https://chat.example.com')).includes(
      '_sk_test',
    );
  for (const host of ['localhost:4000', '127.0.0.1:4000', '[::1]:4000', '192.168.1.7', 'chat.example.com']) {
    expect(shows(host), host).toBe(true);
  }
  for (const host of [
    'elsewhere.example:4000',
    'localhost.elsewhere.example',
    '127.0.0.1.elsewhere.example',
    '',
    'a b',
  ]) {
    expect(shows(host), host).toBe(false);
  }
});
