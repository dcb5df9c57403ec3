const MAX_NAMES = 200;
const MAX_LENGTH = 64;

/**
 * Clients choose the names of their operations, and each one is a time series for ever: the first 200 names of those who
 * may add one count by themselves, the others together.
 */
export function createOperationNames(): (name: string | null | undefined, by: { mayAdd: boolean }) => string {
  const known = new Set<string>();
  return (name, { mayAdd }) => {
    if (!name) return 'anonymous';
    if (known.has(name)) return name;
    if (!mayAdd || known.size >= MAX_NAMES || name.length > MAX_LENGTH) return 'other';
    known.add(name);
    return name;
  };
}
