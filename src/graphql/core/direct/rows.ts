import { type FieldNode, type GraphQLOutputType, getNamedType, isEnumType, isListType, isNonNullType } from 'graphql';
import { Prisma } from '../../../generated/prisma/client.js';
import type { ActorRef } from '../../../lib/actor-ref.js';
import type { CursorCodec } from '../../../lib/cursor-codec.js';
import { type Json, textOf } from './json-text.js';

const { sql, raw } = Prisma;

/** Thrown where PostgreSQL does not write the answer. */
export class NotDirect extends Error {}

/** A row of a table that has an alias in the statement, and how many rows it is below. */
export type Row = { alias: string; depth: number; column: (name: string) => Prisma.Sql };

export function rowAs(alias: string, depth = 0): Row {
  return { alias, depth, column: (name) => raw(`${alias}."${name}"`) };
}

/**
 * A row that belongs to another one, under an alias that no row around it has. Not one made of the aliases around it, which
 * PostgreSQL would cut after 63 bytes.
 */
export function rowBelow({ depth }: Row, name: string): Row {
  return rowAs(`${name}_${depth + 1}`, depth + 1);
}

/** A table's row with its alias, in a FROM clause. */
export function tableAs(table: Prisma.ModelName, { alias }: Row): Prisma.Sql {
  return raw(`"${table}" ${alias}`);
}

/** A field that is selected: its arguments, and how to write what is selected of the objects that it leads to. */
export type Selected = {
  key: string;
  name: string;
  node: FieldNode;
  args: Record<string, unknown>;
  /** Who will read it. */
  reader: { isContact: boolean; actorType: ActorRef['type'] };
  cursors: CursorCodec;
  /** What is selected of a row of a type. Throws NotDirect if PostgreSQL cannot write it. */
  object: (type: string, row: Row) => Json;
  /** The fields that are selected of a type, for types without rows of their own. */
  fields: (type: string) => Selected[];
};

/** Writes a field of a row. */
export type DirectField = (row: Row, selected: Selected) => Json;

const types = new Map<string, Record<string, DirectField>>();

/**
 * Declares how PostgreSQL writes fields of a type. Fields that expose a column need no declaration. Every other field
 * leaves an operation that selects it to the resolvers.
 */
export function directFields(type: string, fields: Record<string, DirectField>): void {
  types.set(type, { ...types.get(type), ...fields });
}

/** How a field is written, if it is declared. */
export function directField(type: string, name: string): DirectField | undefined {
  return types.get(type)?.[name];
}

/** Stands for the id of the viewer's actor in statements that are kept for all viewers of a kind. */
export const viewerId = Symbol('the id of the viewer');

/** Puts what belongs to a request into a statement that was kept. */
export function forViewer(statement: Prisma.Sql, actorId: string): Prisma.Sql {
  if (statement.values.length === 0) return statement;
  const values = statement.values.map((value) => (value === viewerId ? actorId : value));
  return new Prisma.Sql(statement.strings, values);
}

/** The JSON of a row that is found by a condition, or null. */
export function oneRow(json: Json, from: Prisma.Sql): Json {
  return [sql`coalesce((SELECT ${textOf(json)} FROM ${from}), 'null')`];
}

/** The JSON of a table's row, which is of the type of the same name, whose id is in a column of another row; or null. */
export function rowWithId(selected: Selected, of: Row, type: Prisma.ModelName, column: string): Json {
  const row = rowBelow(of, type.toLowerCase());
  return oneRow(
    selected.object(type, row),
    sql`${tableAs(type, row)} WHERE ${inSameWorkspace(row, of)} AND ${row.column('id')} = ${of.column(column)}`,
  );
}

/** The condition that two rows are in one workspace. */
export function inSameWorkspace(row: Row, other: Row): Prisma.Sql {
  return sql`${row.column('workspaceId')} = ${other.column('workspaceId')}`;
}

/** The JSON of a list of rows. `from` selects them under the alias that the JSON refers to, in their order. */
export function listOfRows(json: Json, from: Prisma.Sql): Json {
  return ['[', sql`coalesce((SELECT string_agg(${textOf(json)}, ',') FROM ${from}), '')`, ']'];
}

/** The JSON of a column, by the type of the field that exposes it. */
export function columnJson(column: Prisma.Sql, type: GraphQLOutputType): Json {
  if (isNonNullType(type)) return valueJson(column, type.ofType);
  return [sql`CASE WHEN ${column} IS NULL THEN 'null' ELSE ${textOf(valueJson(column, type))} END`];
}

function valueJson(column: Prisma.Sql, type: GraphQLOutputType): Json {
  if (isListType(type)) return [sql`to_json(${column})`];
  const named = getNamedType(type);
  if (isEnumType(named)) return ['"', column, '"'];
  switch (named.name) {
    case 'String':
    case 'Boolean':
      return [sql`to_json(${column})`];
    case 'Int':
    case 'JSONObject':
      return [column];
    case 'DateTime':
      // As toISOString writes it: every session is in UTC.
      return ['"', sql`to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, '"'];
    default:
      throw new NotDirect();
  }
}
