import { readFileSync } from 'node:fs';
import { buildSchema, parse, printSchema } from 'graphql';
import { expect, it } from 'vitest';
import { schemaChanges } from '../../scripts/schema/changes.js';
import { schema } from '../../src/graphql/schema.js';
import { promised, unkept } from './support/promises.js';

const released = readFileSync('schema/released.graphql', 'utf8');

it('the schema breaks nothing that clients of the released schema rely on', () => {
  expect(schemaChanges(released, schema).breaking).toEqual([]);
});

it('the released schema has everything that clients are promised', () => {
  expect(promised.length).toBeGreaterThan(400);
  expect(unkept(parse(released).definitions)).toEqual([]);
});

const next = printSchema(schema);

/** What clients meet where one piece of the schema reads otherwise. */
function changesBy(piece: string, other: string) {
  expect(next).toContain(piece);
  return schemaChanges(next, buildSchema(next.replace(piece, other)));
}

const breaking: [change: string, piece: string, other: string][] = [
  ['a field of another name', 'unassigned: Int!', 'pigeons: Int!'],
  ['a field that may be null', 'unassigned: Int!', 'unassigned: Int'],
  ['a value of another name', '\n  WEBCHAT\n', '\n  PIGEON\n'],
  ['an argument that is required now', 'conversation(', 'conversation(reason: String!, '],
  [
    'an input that is required now',
    'input AssignConversationInput {',
    'input AssignConversationInput { reason: String!',
  ],
];

it.each(breaking)('%s breaks clients', (_change, piece, other) => {
  expect(changesBy(piece, other).breaking).toHaveLength(1);
});

it('a new enum value is reported as a surprise for clients, a new field or optional argument is not', () => {
  expect(changesBy('\n  WEBCHAT\n', '\n  WEBCHAT\n  PIGEON\n')).toEqual({
    breaking: [],
    dangerous: ['PIGEON was added to enum type ChannelType.'],
  });
  const silent = { breaking: [], dangerous: [] };
  expect(changesBy('unassigned: Int!', 'unassigned: Int! pigeons: Int!')).toEqual(silent);
  expect(changesBy('conversation(', 'conversation(pigeon: String, ')).toEqual(silent);
});
