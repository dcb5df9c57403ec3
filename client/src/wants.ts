import type { ConversationFilter } from './generated/operations.js';

/** Something that a tab shows, and that whoever leads follows. */
export type Want =
  | { kind: 'list' | 'counts'; filter: ConversationFilter }
  | { kind: 'thread' | 'typing'; conversationId: string };

export function keyOfFilter(filter: ConversationFilter): string {
  return JSON.stringify(Object.entries(filter).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function keyOfWant(want: Want): string {
  return `${want.kind} ${'filter' in want ? keyOfFilter(want.filter) : want.conversationId}`;
}

/** What a tab wants: each thing once, however often it is asked for. */
export function createWants(tell: (wants: readonly Want[]) => void) {
  const wanted = new Map<string, { want: Want; count: number }>();
  const tellAll = () => tell([...wanted.values()].map(({ want }) => want));
  return {
    has: (want: Want) => wanted.has(keyOfWant(want)),
    /** Returns a function that ends it. */
    add: (want: Want): (() => void) => {
      const key = keyOfWant(want);
      const entry = wanted.get(key) ?? { want, count: 0 };
      let isOver = false;
      entry.count += 1;
      wanted.set(key, entry);
      if (entry.count === 1) tellAll();
      return () => {
        if (isOver) return;
        isOver = true;
        entry.count -= 1;
        if (entry.count > 0) return;
        wanted.delete(key);
        tellAll();
      };
    },
  };
}
