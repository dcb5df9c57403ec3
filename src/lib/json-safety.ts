/**
 * How deep JSON from callers may nest. Deeper values could exhaust the stack of code that walks them, or PostgreSQL's.
 */
const MAX_NESTING = 64;

const INEXACT =
  'A number must be one that a 64-bit floating-point number holds unchanged. Send an id or a longer number as a string.';

/** No operation needs more: the largest text takes 64 KB, and the longest list 100 ids. */
const MAX_VARIABLE_BYTES = 256 * 1024;

/** How much of a path that is too deep is reported. */
const SHOWN_LEVELS = 3;

/** What is wrong with a value from a caller, and where. */
export type Flaw = { path: string[]; message: string };

/** What is wrong with a text; null if nothing. PostgreSQL cannot store NUL or half of a surrogate pair. */
export function flawInText(value: string): string | null {
  const wellFormed = value.isWellFormed() && !value.includes('\0');
  return wellFormed ? null : 'A string must not hold a NUL character or half of a surrogate pair.';
}

/** The first flaw of the variables of an operation; null if there is none. They also have a limit of size. */
export function findFlawInVariables(variables: unknown): Flaw | null {
  // First, because it also bounds the depth.
  const flaw = findFlaw(variables ?? null);
  if (flaw) return flaw;
  if (variables == null || Buffer.byteLength(JSON.stringify(variables)) <= MAX_VARIABLE_BYTES) return null;
  const message = `Variables may have at most ${MAX_VARIABLE_BYTES / 1024} KB as JSON. Send long lists in parts.`;
  return { path: [], message };
}

/** The first part of a JSON value that cannot be stored unchanged; null if there is none. */
export function findFlaw(value: unknown, path: string[] = []): Flaw | null {
  const message = flawInLeaf(value);
  if (message) return { path, message };
  if (typeof value !== 'object' || value === null) return null;
  if (path.length >= MAX_NESTING) {
    return { path: path.slice(0, SHOWN_LEVELS), message: `JSON must nest at most ${MAX_NESTING} levels.` };
  }
  for (const [key, inner] of Object.entries(value)) {
    const found = flawInKey(key, path) ?? findFlaw(inner, [...path, key]);
    if (found) return found;
  }
  return null;
}

function flawInLeaf(value: unknown): string | null {
  if (typeof value === 'string') return flawInText(value);
  // Infinity stands for all numbers that are not kept: see exact-numbers.ts.
  return typeof value === 'number' && !Number.isFinite(value) ? INEXACT : null;
}

function flawInKey(key: string, path: string[]): Flaw | null {
  // Libraries that copy an object key by key would lose this one.
  const message = key === '__proto__' ? 'JSON must not hold the key __proto__.' : flawInText(key);
  return message === null ? null : { path, message };
}
