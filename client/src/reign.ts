import type { Command } from './engine.js';
import { type Failure, failureOf, toRequestError } from './failures.js';
import { type HomeOptions, lead } from './home.js';
import type { Sink } from './persistence.js';
import type { StoredRecord } from './records.js';
import { isTaken, type Locks } from './storage.js';
import type { Memory } from './store.js';
import type { Post, ToLeader } from './tab-messages.js';
import type { Want } from './wants.js';

/** A tab as long as it leads. */
export type Reign = {
  term: number;
  want: (wants: readonly Want[]) => void;
  /** `answer` is not called if it could not be done before the end: then it is for who leads next. */
  perform: (command: Command, answer: (failure: Failure | null) => void) => void;
  hear: (message: ToLeader) => void;
  wake: () => void;
  /** Says nothing more, and waits for what is being stored. */
  end: () => Promise<void>;
};

type Parts = {
  /** Of this tab. */
  id: string;
  term: number;
  memory: Memory;
  records: readonly StoredRecord[];
  options: HomeOptions;
  locks: Locks;
  lockOf: (tab: string) => string;
  post: Post;
  isEnded: () => boolean;
  /** Has another lead. */
  resign: () => void;
};

export function startReign(parts: Parts): Reign {
  const { id, term, memory, records, options, locks, lockOf, post, isEnded, resign } = parts;
  const over = new AbortController();
  const isOver = () => over.signal.aborted;
  const watched = new Set<string>();
  /** Batches of changes that were begun, and those that others were told of. */
  let begun = 0;
  let told = 0;

  /** Tells of what is stored, or would have been: what others show is not lost with this tab. */
  const tellOthers =
    (write: Sink): Sink =>
    async (changed, removed) => {
      begun += 1;
      const seq = begun;
      try {
        await write(changed, removed);
      } catch (reason) {
        if (isTaken(reason) && !isOver()) resign();
        throw reason;
      } finally {
        if (!isOver()) {
          told = seq;
          post({ kind: 'changes', term, seq, records: changed, removed });
        }
      }
    };

  const leader = lead(memory, records, options, tellOthers);

  function perform(command: Command, answer: (failure: Failure | null) => void): void {
    leader.run(command).then(
      () => answer(null),
      (reason) => {
        if (!isOver()) answer(failureOf(toRequestError(reason)));
      },
    );
  }

  /** Lets go of what a tab wants when it is gone: until then it has its lock. */
  function watch(tab: string): void {
    if (watched.has(tab)) return;
    watched.add(tab);
    const gone = async () => {
      watched.delete(tab);
      leader.want(tab, []);
    };
    locks.request(lockOf(tab), { signal: over.signal }, gone).catch(() => {});
  }

  return {
    term,
    want: (wants) => leader.want(id, wants),
    perform,
    wake: leader.wake,
    hear: (message) => {
      switch (message.kind) {
        case 'hello': {
          // It may have a token that is accepted.
          if (isEnded() && !message.isEnded) return resign();
          leader.want(message.from, message.wants);
          watch(message.from);
          // What is being stored is in it: what is told of that later is older.
          post({ kind: 'snapshot', term, to: message.from, seq: begun, records: memory.records() });
          break;
        }
        case 'wants':
          leader.want(message.from, message.wants);
          break;
        case 'call': {
          const { from, id: callId, command } = message;
          perform(command, (failure) => post({ kind: 'answer', term, to: from, id: callId, failure }));
          break;
        }
        case 'ping':
          post({ kind: 'pong', term, seq: told });
          break;
      }
    },
    end: () => {
      over.abort();
      return leader.close();
    },
  };
}
