import {
  buildSchema,
  DangerousChangeType,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
} from 'graphql';

/** They matter to who implements a schema; who calls it goes on without them. */
const ADDED_OPTIONS: string[] = [
  DangerousChangeType.OPTIONAL_ARG_ADDED,
  DangerousChangeType.OPTIONAL_INPUT_FIELD_ADDED,
];

/** What clients of a released schema meet in another one, a sentence each. */
type SchemaChanges = {
  /** Operations that were valid are no longer, or their answers have another shape. */
  breaking: string[];
  /** Operations stay valid, but a client can meet what it does not know, such as a new member of a union. */
  dangerous: string[];
};

/** Compares a released schema, as SDL, with one that is to follow it. Additions are in neither list. */
export function schemaChanges(released: string, next: GraphQLSchema): SchemaChanges {
  const before = buildSchema(released);
  return {
    breaking: findBreakingChanges(before, next).map(({ description }) => description),
    dangerous: findDangerousChanges(before, next)
      .filter(({ type }) => !ADDED_OPTIONS.includes(type))
      .map(({ description }) => description),
  };
}
