const MAX_NAMES = 200;
const MAX_LENGTH = 64;

/**
 * Clients choose the names of their operations, and each one is a time series for ever: the first 200 names count by
 * themselves, the others together.
 */
export function createOperationNames(): (name: string | null | undefined) => string {
  const known = new Set<string>();
  return (name) => {
    if (!name) return 'anonymous';
    if (known.has(name)) return name;
    if (known.size >= MAX_NAMES || name.length > MAX_LENGTH) return 'other';
    known.add(name);
    return name;
  };
}
