import { parse } from 'graphql';
import { expect, it } from 'vitest';
import { BULK_ROW, judgeComplexity, STATEMENT } from '../../../src/graphql/core/complexity.js';
import { schema } from '../../../src/graphql/schema.js';

const costOf = (query: string, variables: Record<string, unknown> = {}) =>
  judgeComplexity({ schema, document: parse(query), variables }).cost;

it.each(['closeConversations', 'assignConversations', 'tagConversations'])(
  '%s costs as much for each conversation, whatever is selected',
  (name) => {
    const Name = name.charAt(0).toUpperCase() + name.slice(1);
    const cost = (count: number) =>
      costOf(`mutation ($input: ${Name}Input!) { ${name}(input: $input) { __typename } }`, {
        input: { conversationIds: Array.from({ length: count }, () => 'conv_') },
      });
    expect(cost(100) - cost(1)).toBe(99 * BULK_ROW);
  },
);

it('counting all messages costs more than counting those of one conversation, and is found in a fragment too', () => {
  const counted = (selection: string) =>
    costOf(`{ messages(first: 1) { ${selection} } }`) - costOf('{ messages(first: 1) { __typename } }');
  const ofOne = costOf('{ conversation(id: "conv_") { messages(first: 1) { totalCount } } }');
  expect(counted('totalCount')).toBeGreaterThan(10 * ofOne);
  expect(counted('... on MessageConnection { totalCount }')).toBe(counted('totalCount'));
});

it('the statement of a list costs once, however many rows are around it', () => {
  const cost = (first: number) =>
    costOf(`{ conversations(first: ${first}) { nodes { messages(first: 1) { __typename } } } }`);
  expect(cost(2) - cost(1)).toBeLessThan(STATEMENT);
  expect(cost(1)).toBeGreaterThan(2 * STATEMENT);
});
