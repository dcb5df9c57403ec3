import { parseId } from '../../src/lib/ids.js';

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/**
 * An answer without what only differs in form: connections become lists, public ids UUIDs, times numbers, and keys are
 * sorted. Aliases tell how values of another schema combine: of `assignee_user` and `assignee_bot` the one that is not
 * null is `assignee`, `unread_plus1` and `unread_minus1` add up to `unread`, `last_first` is the first of a list, and an
 * object with `self_…` is that alone.
 */
function normalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normalized);
  if (typeof value === 'string') return normalizedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if ('nodes' in value) return normalized(value.nodes);
  const combined = new Map<string, unknown>();
  for (const [key, inner] of Object.entries(value)) {
    const [name = '', part] = key.startsWith('__') ? [] : key.split('_');
    if (name !== '') combined.set(name, combine(combined.get(name), part, normalized(inner)));
  }
  if (combined.has('self')) return combined.get('self');
  return Object.fromEntries([...combined].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function combine(before: unknown, part: string | undefined, value: unknown): unknown {
  const sign = part?.startsWith('plus') ? 1 : part?.startsWith('minus') ? -1 : 0;
  if (sign !== 0) return Number(before ?? 0) + sign * Number(value);
  if (part === 'first') return Array.isArray(value) ? (value[0] ?? null) : value;
  return before ?? value;
}

function normalizedText(text: string): string | number {
  return TIME.test(text) ? Date.parse(text) : (parseId(text)?.uuid ?? text);
}

/** Throws if not all answers are the same. */
export function assertSame(what: string, answers: { from: string; answer: unknown }[]): void {
  const [first, ...others] = answers.map(({ from, answer }) => ({
    from,
    lines: JSON.stringify(normalized(answer), null, 1).split('\n'),
  }));
  if (!first) return;
  for (const { from, lines } of others) {
    const at = lines.findIndex((line, index) => line !== first.lines[index]);
    const differs = at >= 0 || lines.length !== first.lines.length;
    const around = ({ lines: all }: { lines: string[] }) => all.slice(Math.max(0, at - 5), at + 2).join('\n');
    if (differs) {
      throw new Error(
        `${what}: ${from} answers differently from ${first.from} in line ${at}:\n${around({ lines })}\ninstead of\n${around(first)}`,
      );
    }
  }
}
