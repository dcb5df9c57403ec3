import { buildSchema, execute, type GraphQLSchema, parse } from 'graphql';
import { expect, it } from 'vitest';
import { executePlain } from '../../../src/graphql/core/execute.js';

const schema: GraphQLSchema = buildSchema(`
  interface Named { name: String! }
  type Cat implements Named { name: String! friends(first: Int = 1): [Named] lives: Int }
  type Dog implements Named { name: String! barks: Boolean }
  union Pet = Cat | Dog
  type Query { pet: Pet pets: [Pet!]! nobody: Named failing: Int late: String required: String! wrong: Int unknown: Pet }
`);

const dog = { __typename: 'Dog', name: 'Rex', barks: true };
const cat = {
  __typename: 'Cat',
  name: 'Tom',
  lives: 9,
  friends: async ({ first }: { first: number }) => [dog, null, Promise.resolve(dog)].slice(0, first),
};
const rootValue = {
  pet: cat,
  pets: [cat, Promise.resolve(dog)],
  nobody: null,
  failing: () => {
    throw new Error('No');
  },
  late: () => Promise.reject(new Error('No')),
  required: () => null,
  wrong: 'no number',
  unknown: { __typename: 'Fish' },
};

const run = (source: string, variableValues = {}) => ({ schema, document: parse(source), rootValue, variableValues });

it.each([
  '{ pet { __typename ... on Cat { name lives } } nobody { name } }',
  '{ pets { ... on Named { name } ... on Cat { friends(first: 3) { name ... on Dog { barks } } } } }',
  '{ again: pet { ... on Cat { name } } again: pet { ... on Cat { lives } } }',
  'query ($no: Boolean = false) { pet { ... @include(if: $no) { __typename } ... on Cat { name @skip(if: $no) lives @skip(if: true) } } }',
  '{ pet { ...Whole } } fragment Whole on Pet { ...More __typename } fragment More on Cat { friends { name } }',
])('a plain answer is that of graphql-js: %s', async (source) => {
  const plain = await executePlain(run(source));
  expect(JSON.stringify(plain)).toBe(JSON.stringify(await execute(run(source))));
});

it.each([
  '{ pet { __typename } failing }',
  '{ late pet { __typename } }',
  '{ required }',
  '{ wrong }',
  '{ unknown { __typename } }',
  '{ __type(name: "Cat") { name } }',
  '{ __proto__: wrong }',
  'query ($id: ID!) { pet { __typename } }',
])('an answer with errors, or with more than data, is left to graphql-js: %s', async (source) => {
  expect(await executePlain(run(source))).toBeNull();
});
