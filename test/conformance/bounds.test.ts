import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../src/graphql/schema.js';

const isList = (type: GraphQLType): boolean => (isNonNullType(type) ? isList(type.ofType) : isListType(type));
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const objects = types.filter(isObjectType);

/** Lists that are as long as something else that has a maximum: the page, the input, or the values of an enum. */
const AS_LONG_AS_ITS_SOURCE =
  /^(Query\.nodes|\w+Connection\.(edges|nodes)|\w*ChangePage\.nodes|\w+Payload\.results|ConversationUpdated\.changes|ValidationIssue\.path|(ApiKey|Viewer)\.(scopes|permissions))$/;

it('every list that the schema returns has a maximum', () => {
  const unbounded = objects.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => isList(field.type) && !field.args.some(({ name }) => name === 'first'))
      .filter(({ description }) => !/at most [\d,]+/i.test(description ?? ''))
      .map((field) => `${type.name}.${field.name}`)
      .filter((name) => !AS_LONG_AS_ITS_SOURCE.test(name)),
  );
  expect(unbounded).toEqual([]);
});

it('every list that the schema takes has a maximum', () => {
  const isUnbounded = ({ type, description }: GraphQLArgument | GraphQLInputField) =>
    isList(type) && !/at most \d+|1 to \d+/i.test(description ?? '');
  const fields = types.filter(isInputObjectType).flatMap((type) =>
    Object.values(type.getFields())
      .filter(isUnbounded)
      .map(({ name }) => `${type.name}.${name}`),
  );
  const args = objects.flatMap((type) =>
    Object.values(type.getFields()).flatMap((field) =>
      field.args.filter(isUnbounded).map(({ name }) => `${type.name}.${field.name}(${name})`),
    ),
  );
  expect([...fields, ...args]).toEqual([]);
});

it('every field of the schema has a price', () => {
  const unpriced = objects.flatMap((type) =>
    Object.values(type.getFields())
      .filter(({ extensions }) => extensions.complexity === undefined)
      .map(({ name }) => `${type.name}.${name}`),
  );
  expect(unpriced).toEqual([]);
});
