/** Whether two values of plain data say the same. */
export function saysSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) || Array.isArray(other)) {
    if (!Array.isArray(one) || !Array.isArray(other) || one.length !== other.length) return false;
    return one.every((item, index) => saysSame(item, other[index]));
  }
  if (!isPlain(one) || !isPlain(other)) return false;
  const [entries, others] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    entries.length === others.size &&
    entries.every(([key, value]) => others.has(key) && saysSame(value, others.get(key)))
  );
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The items as they are now; those that say the same as before are the objects of before, and so is the whole array. */
export function keepItems<Item extends { id: string }>(
  before: readonly Item[] | undefined,
  after: readonly Item[],
): readonly Item[] {
  if (!before) return after;
  const held = new Map(before.map((item) => [item.id, item]));
  const items = after.map((item) => {
    const former = held.get(item.id);
    return former && saysSame(former, item) ? former : item;
  });
  return items.length === before.length && items.every((item, index) => item === before[index]) ? before : items;
}
