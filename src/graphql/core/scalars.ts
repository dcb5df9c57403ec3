import { GraphQLError, Kind, type ValueNode } from 'graphql';
import { isExact } from '../../lib/exact-numbers.js';
import { findFlaw } from '../../lib/json-safety.js';
import { builder } from './builder.js';

/** The error for a value that a scalar does not accept. For a literal it names the position in the document. */
function refuse(message: string, node?: ValueNode): GraphQLError {
  return new GraphQLError(message, { nodes: node, extensions: { code: 'BAD_USER_INPUT' } });
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
const EARLIEST = new Date('0001-01-01T00:00:00.000Z');
const LATEST = new Date('9999-12-31T23:59:59.999Z');

function parseDateTime(value: unknown, node?: ValueNode): Date {
  const text = typeof value === 'string' && RFC_3339.test(value) ? value : '';
  const date = new Date(text);
  // An offset can move a time out of the range of years that RFC 3339 can represent.
  if (date >= EARLIEST && date <= LATEST && isCalendarDay(text.slice(0, 10))) return date;
  throw refuse('DateTime must be in RFC 3339 format with a time zone, such as 2026-01-31T09:30:00.000Z.', node);
}

/** Whether a day exists: `new Date` would turn April 31 into May 1. */
function isCalendarDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function parseJson(value: unknown, node?: ValueNode): unknown {
  const flaw = findFlaw(value);
  if (!flaw) return value;
  throw refuse([flaw.path.join('.'), flaw.message].filter((part) => part !== '').join(': '), node);
}

function parseJsonObject(value: unknown, node?: ValueNode): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value, ...{} };
  throw refuse('JSONObject must be an object.', node);
}

function literalJson(node: ValueNode, variables: Record<string, unknown> | null | undefined): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      return isExact(node.value) ? Number(node.value) : Number.POSITIVE_INFINITY;
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
  description: 'A time in RFC 3339 format. Input may have any offset; output is in UTC with milliseconds.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value.toISOString(),
  parseValue: (value) => parseDateTime(value),
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined, node),
});

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: (value) => parseJson(value),
  parseLiteral: (node, variables) => parseJson(literalJson(node, variables), node),
});

builder.scalarType('JSONObject', {
  description: 'A JSON object.',
  serialize: (value) => value,
  parseValue: (value) => parseJsonObject(parseJson(value)),
  parseLiteral: (node, variables) => parseJsonObject(parseJson(literalJson(node, variables), node), node),
});
