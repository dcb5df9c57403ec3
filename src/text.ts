/** Whether a text can be kept: without NUL, which PostgreSQL refuses, and without half of a surrogate pair. */
function isWellFormedText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

/** The same of every string and key in a JSON value. */
export function isWellFormed(value: unknown): boolean {
  return findIllFormed(value) === null;
}

/** The path of the first string that cannot be kept, or null. */
export function findIllFormed(value: unknown, path: string[] = []): string[] | null {
  if (typeof value === 'string') return isWellFormedText(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = isWellFormedText(key) ? findIllFormed(inner, [...path, key]) : path;
    if (found) return found;
  }
  return null;
}
