import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { isWellFormed } from '../text.js';
import { builder } from './builder.js';

function refuse(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

const RFC_3339 = /^\d{4}-(\d{2})-(\d{2})[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

function parseDateTime(value: unknown): Date {
  const match = typeof value === 'string' ? RFC_3339.exec(value) : null;
  const date = new Date(match ? String(value) : Number.NaN);
  if (match && !Number.isNaN(date.getTime()) && isCalendarDay(String(value).slice(0, 10))) return date;
  throw refuse('DateTime must be RFC 3339 with a time zone, such as 2026-01-31T09:30:00.000Z.');
}

/** `new Date` rolls 31 April over to 1 May; a day that does not exist is refused instead. */
function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function parseJson(value: unknown): unknown {
  if (isWellFormed(value)) return value;
  throw refuse('JSON must not hold a NUL character or half of a surrogate pair.');
}

function parseJsonObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value, ...{} };
  throw refuse('JSONObject must be an object.');
}

function literalJson(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return Number(node.value);
    case Kind.STRING:
    case Kind.BOOLEAN:
    case Kind.ENUM:
      return node.value;
    case Kind.NULL:
      return null;
    case Kind.LIST:
      return node.values.map((item) => literalJson(item, variables));
    case Kind.OBJECT:
      return Object.fromEntries(node.fields.map(({ name, value }) => [name.value, literalJson(value, variables)]));
    case Kind.VARIABLE:
      return variables?.[node.name.value];
  }
}

builder.scalarType('DateTime', {
  description: 'A moment in RFC 3339. Input may have any offset; output is in UTC with milliseconds.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: parseDateTime,
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: parseJson,
  parseLiteral: (node, variables) => parseJson(literalJson(node, variables)),
});

builder.scalarType('JSONObject', {
  description: 'A JSON object.',
  serialize: (value) => value,
  parseValue: (value) => parseJsonObject(parseJson(value)),
  parseLiteral: (node, variables) => parseJsonObject(parseJson(literalJson(node, variables))),
});
