import type { z } from 'zod';
import { invalid, ValidationError } from './errors.js';
import { metadata } from './rules.js';

/**
 * Parses a value by its schema. Throws ValidationError with one issue for each path that breaks a rule; `within` is where
 * the value itself is.
 */
export function parse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  within: string[] = [],
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ValidationError(
    result.error.issues.map(({ path, message }) => ({ path: [...within, ...path.map(String)], message })),
  );
}

/** Parses a value by two schemas. Throws one ValidationError for the rules of both. */
export function parseBoth<One extends z.ZodType, Other extends z.ZodType>(
  one: One,
  other: Other,
  value: unknown,
): [z.output<One>, z.output<Other>] {
  const [first, second] = [one.safeParse(value), other.safeParse(value)];
  if (first.success && second.success) return [first.data, second.data];
  const issues = [first, second].flatMap(({ error }) => error?.issues ?? []);
  throw new ValidationError(issues.map(({ path, message }) => ({ path: path.map(String), message })));
}

export type JsonObject = { [key: string]: unknown };

/** Merges metadata shallowly. A null among the changes removes its key. */
export function mergeMetadata(current: unknown, changes: JsonObject): JsonObject {
  const merged = { ...toJsonObject(current), ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null));
}

/**
 * Merges like `mergeMetadata`. Throws ValidationError that names `field` if the result exceeds the limit of metadata.
 */
export function mergeWithinLimit(field: string, current: unknown, changes: JsonObject): JsonObject {
  const merged = mergeMetadata(current, changes);
  const [issue] = metadata.safeParse(merged).error?.issues ?? [];
  if (issue) throw invalid(field, issue.message);
  return merged;
}

/** A stored JSON value as an object; empty if it is anything else. */
export function toJsonObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
