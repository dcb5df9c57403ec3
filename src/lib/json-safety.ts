/** How deep JSON from outside may nest: deeper, it would exhaust the stack of whoever walks it, PostgreSQL's too. */
const MAX_NESTING = 64;

/** As much of a path that is too deep as helps to find it. */
const SHOWN_LEVELS = 3;

/** What is wrong with a value from outside, and where in it. */
export type Flaw = { path: string[]; message: string };

/** What is wrong with a text, or null: PostgreSQL cannot keep NUL or half of a surrogate pair. */
export function flawInText(value: string): string | null {
  const wellFormed = value.isWellFormed() && !value.includes('\0');
  return wellFormed ? null : 'A string must not hold a NUL character or half of a surrogate pair.';
}

/** The first part of a JSON value that could not be kept as it was given, or null. */
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
  // What JSON.parse makes of 1e999, and JSON.stringify then silently turns into null.
  return typeof value === 'number' && !Number.isFinite(value) ? 'A number must be from -1.8e308 to 1.8e308.' : null;
}

function flawInKey(key: string, path: string[]): Flaw | null {
  // Whoever copies an object key by key, as libraries do, loses this one.
  const message = key === '__proto__' ? 'JSON must not hold the key __proto__.' : flawInText(key);
  return message === null ? null : { path, message };
}
