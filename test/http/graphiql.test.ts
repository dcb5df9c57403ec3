import { parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.js';
import { graphiqlOptions, renderGraphiQL } from '../../src/http/graphiql.js';

it('opens GraphiQL with the key in its headers and operations that are valid as they stand in its tabs', async () => {
  const options = await graphiqlOptions('parley_sk_test');
  expect(options.headers).toContain('Bearer parley_sk_test');
  expect(options.defaultTabs).toHaveLength(4);
  for (const { query, variables, headers } of options.defaultTabs ?? []) {
    expect(validate(schema, parse(query ?? ''))).toEqual([]);
    expect(JSON.parse(variables ?? '')).toBeTypeOf('object');
    expect(headers).toBe(options.headers);
  }
});

it('serves GraphiQL whole, without loading anything from elsewhere', async () => {
  const page = await renderGraphiQL(await graphiqlOptions(undefined));
  expect(page).not.toMatch(/<script[^>]+src=|<link[^>]+href="http|unpkg\.com|cdn\./);
});
