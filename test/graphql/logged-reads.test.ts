import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { loggedFields, primaryFields, readsLoggedOnly } from '../../src/graphql/logged-reads.js';
import { schema } from '../../src/graphql/schema.js';

describe('what may be read from a replica', () => {
  it('is decided for every field of Query', () => {
    const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
    expect([...loggedFields, ...primaryFields].sort()).toEqual(fields.sort());
  });

  it.each([
    ['{ conversations(first: 1) { nodes { id assignee { ... on User { name } } } } eventCursor }', true],
    ['{ __typename contacts { totalCount } __schema { queryType { name } } }', true],
    ['{ contacts { totalCount } viewer { role } }', false],
    ['{ contacts { totalCount } ...F } fragment F on Query { apiKeys { totalCount } }', false],
    ['{ message(id: "msg") { author { name ... on ApiKey { scopes } } } }', false],
    ['{ __typename }', false],
    ['{ node(id: "conv") { ... on Conversation { status } } }', false],
  ])('%s: %s', (query, expected) => {
    expect(readsLoggedOnly(schema, parse(query))).toBe(expected);
  });
});
