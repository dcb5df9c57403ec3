import type { Failure } from './failures.js';
import type { CopyRecord } from './records.js';
import type { Memory } from './store.js';
import type { FromLeader } from './tab-messages.js';

/** A tab that shows what another, which leads, has stored. */
export type Mirror = {
  hear: (message: FromLeader) => void;
  /** Of who leads, as far as was heard. */
  term: () => number;
  /** Whether what it shows is that of who leads. */
  isShowing: () => boolean;
  /** Shows what this tab has itself, from a term on. */
  rest: (term: number) => void;
};

type Parts = {
  id: string;
  memory: Memory;
  /** Asks who leads for everything. */
  hello: () => void;
  /** Has what was asked for here, and not answered, shown and asked for again. */
  show: (records: readonly CopyRecord[]) => void;
  answered: (callId: string, failure: Failure | null) => void;
};

export function createMirror({ id, memory, hello, show, answered }: Parts): Mirror {
  let term = 0;
  /** The last batch of changes that is shown; null if nothing of this term is. */
  let shown: number | null = null;

  /** As when this page was in the back-forward cache, where it heard nothing. */
  function begin(): void {
    shown = null;
    hello();
  }

  function apply({ seq, records, removed }: FromLeader & { kind: 'changes' }): void {
    if (shown === null || seq <= shown) return;
    if (seq > shown + 1) {
      begin();
      return;
    }
    shown = seq;
    memory.change(({ put, remove }) => {
      for (const record of records) put(record);
      for (const { table, key } of removed) remove(table, key);
    });
  }

  return {
    term: () => term,
    isShowing: () => shown !== null,
    rest: (since) => {
      term = since;
      shown = null;
    },
    hear: (message) => {
      if (message.term < term) return;
      const isNews = message.term > term || message.kind === 'led';
      term = message.term;
      switch (message.kind) {
        case 'snapshot':
          if (message.to !== id) break;
          shown = message.seq;
          return show(message.records);
        case 'answer':
          if (message.to === id) answered(message.id, message.failure);
          break;
        case 'changes':
          if (!isNews) apply(message);
          break;
        case 'pong':
          if (!isNews && shown !== null && message.seq > shown) begin();
          break;
      }
      if (isNews) begin();
    },
  };
}
