/**
 * How deep JSON from callers may nest. Deeper values could exhaust the stack of code that walks them, or PostgreSQL's.
 */
const MAX_NESTING = 64;

const INEXACT =
  'A number must be one that a 64-bit floating-point number holds unchanged. Send an id or a longer number as a string.';

/** No operation needs more: the largest text takes 64 KB, and the longest list 100 ids. */
const MAX_VARIABLE_BYTES = 256 * 1024;

const TOO_DEEP = `JSON must nest at most ${MAX_NESTING} levels.`;

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
  const flaw = flawWithin(value, path.length);
  if (!flaw) return null;
  const whole = [...path, ...flaw.path];
  return { ...flaw, path: flaw.message === TOO_DEEP ? whole.slice(0, SHOWN_LEVELS) : whole };
}

/** Makes a path only once there is a flaw: there may be ten thousands of values. */
function flawWithin(value: unknown, level: number): Flaw | null {
  const message = flawInLeaf(value);
  if (message) return { path: [], message };
  if (typeof value !== 'object' || value === null) return null;
  if (level >= MAX_NESTING) return { path: [], message: TOO_DEEP };
  return Array.isArray(value) ? flawInItems(value, level) : flawInFields(value, level);
}

function flawInItems(items: readonly unknown[], level: number): Flaw | null {
  for (let index = 0; index < items.length; index += 1) {
    const found = flawWithin(items[index], level + 1);
    if (found) return { ...found, path: [String(index), ...found.path] };
  }
  return null;
}

function flawInFields(fields: object, level: number): Flaw | null {
  for (const [key, inner] of Object.entries(fields)) {
    const message = flawInKey(key);
    if (message !== null) return { path: [], message };
    const found = flawWithin(inner, level + 1);
    if (found) return { ...found, path: [key, ...found.path] };
  }
  return null;
}

function flawInLeaf(value: unknown): string | null {
  if (typeof value === 'string') return flawInText(value);
  // Infinity stands for all numbers that are not kept: see exact-numbers.ts.
  return typeof value === 'number' && !Number.isFinite(value) ? INEXACT : null;
}

function flawInKey(key: string): string | null {
  // Libraries that copy an object key by key would lose this one.
  return key === '__proto__' ? 'JSON must not hold the key __proto__.' : flawInText(key);
}
