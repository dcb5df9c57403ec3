import { createSleep } from './backoff.js';
import { type Call, createCalls } from './calls.js';
import type { EndKind } from './connection.js';
import { createElection } from './election.js';
import { RequestError, SIGNED_OUT, stopped } from './failures.js';
import { type Home, type HomeOptions, showEnd } from './home.js';
import { createMirror } from './mirror.js';
import type { StoredRecord } from './records.js';
import { type Reign, startReign } from './reign.js';
import type { Sharing } from './storage.js';
import type { Memory } from './store.js';
import type { Message } from './tab-messages.js';
import type { Want } from './wants.js';

/**
 * The home of clients that share a storage: one of them leads, which has the connection and the storage. The others show
 * what it has stored, and have it do what they are asked for. When it is gone, or does not answer, another leads, over
 * what is stored.
 */
export async function openAmongTabs(memory: Memory, options: HomeOptions, sharing: Sharing): Promise<Home> {
  const { storage, onStorageFailure, silenceMs } = options;
  const { name, locks } = sharing;
  const id = crypto.randomUUID();
  const channel = sharing.openChannel(name);
  const over = new AbortController();
  const calls = createCalls();
  const ready = createGate();
  let wants: readonly Want[] = [];
  let reign: Reign | null = null;
  let reigning = Promise.resolve();
  let silence = 0;
  let isErasing = false;
  let unsubscribe = () => {};

  const isEnded = () => memory.tables.connection.get('connection')?.state === 'ENDED';
  const isOver = () => over.signal.aborted;
  const lockOf = (tab: string) => `${name}:${tab}`;
  const post = (message: Message) => {
    if (!isOver()) channel.postMessage(message);
  };
  const hello = () => post({ kind: 'hello', from: id, wants, isEnded: isEnded() });

  /** Shows at once what whoever leads will show. */
  function anticipate({ command }: Call): void {
    if (command.kind !== 'write') return;
    const { added, dismissed } = command.change;
    memory.change(({ put, remove }) => {
      if (added && !memory.tables.write.has(added.id)) put({ table: 'write', key: added.id, value: added });
      if (dismissed !== null) remove('write', dismissed);
    });
  }

  function attempt({ id: callId, command }: Call): void {
    if (reign) reign.perform(command, (failure) => calls.settle(callId, failure));
    else if (mirror.isShowing()) post({ kind: 'call', from: id, id: callId, command });
  }

  const mirror = createMirror({
    id,
    memory,
    hello,
    answered: calls.settle,
    show: (records) => {
      memory.together(() => {
        memory.replace(records);
        for (const call of calls.all()) anticipate(call);
      });
      for (const call of calls.all()) attempt(call);
      ready.open();
    },
  });

  const election = createElection(
    locks,
    name,
    (signal) => {
      reigning = take(signal);
      return reigning;
    },
    stand,
  );

  /** Leads if nobody does. One whose connection has ended does not try again until another has one. */
  function stand(): void {
    if (isOver() || (isEnded() && reign)) return;
    if (isEnded()) election.withdraw();
    else election.stand();
  }

  /** Leads until the signal is aborted. */
  async function take(signal: AbortSignal): Promise<void> {
    let records: StoredRecord[] = [];
    try {
      records = await storage.read();
    } catch (reason) {
      onStorageFailure(reason);
      ready.fail(reason);
      // Perhaps another tab can.
      return createSleep(signal).sleep(silenceMs);
    }
    if (!signal.aborted) await lead(records, signal);
    if (isErasing) await storage.erase();
  }

  async function lead(records: StoredRecord[], signal: AbortSignal): Promise<void> {
    const term = Math.max(mirror.term() + 1, Date.now());
    mirror.rest(term);
    const resign = election.withdraw;
    const own = memory.together(() => {
      const begun = startReign({ id, term, memory, records, options, locks, lockOf, post, isEnded, resign });
      reign = begun;
      begun.want(wants);
      for (const call of calls.all()) attempt(call);
      return begun;
    });
    post({ kind: 'led', term });
    ready.open();
    await new Promise<void>((resolve) => {
      const end = () => {
        reign = null;
        resolve(own.end());
        hello();
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end);
    });
  }

  channel.addEventListener('message', ({ data }: { data: Message }) => {
    if (isOver()) return;
    if (data.kind === 'signOut') {
      const reason = new RequestError(SIGNED_OUT, 'The person has signed out in another tab.');
      void close('SIGNED_OUT', reason, true);
    } else if ('term' in data) {
      // Another leads: this one was forced out, and learns of it here first.
      if (reign && data.term >= reign.term) election.withdraw();
      if (reign) return;
      if (data.term >= mirror.term()) silence = 0;
      mirror.hear(data);
    } else reign?.hear(data);
  });

  /** One that leads and does not answer is frozen, or as good as gone. */
  const watch = setInterval(() => {
    if (reign || isEnded()) silence = 0;
    else if (silence < 2) {
      silence += 1;
      post({ kind: 'ping' });
    } else {
      silence = 0;
      election.stand(true);
    }
  }, silenceMs);

  function close(kind: EndKind, reason: RequestError, isErased: boolean): Promise<void> {
    if (isOver()) return reigning;
    isErasing = isErased;
    over.abort();
    clearInterval(watch);
    unsubscribe();
    election.withdraw();
    channel.close();
    calls.rejectAll(reason);
    showEnd(memory, kind, reason, isErased);
    ready.fail(reason);
    return reigning;
  }

  /** As long as this tab is there, whoever leads cannot have its lock. */
  function hold(): Promise<void> {
    return new Promise((resolve) => {
      const use = () =>
        new Promise<void>((gone) => {
          over.signal.addEventListener('abort', () => gone());
          if (isOver()) gone();
          resolve();
        });
      locks.request(lockOf(id), {}, use).catch(() => {});
    });
  }

  await hold();
  unsubscribe = memory.subscribe(stand);
  hello();
  stand();
  await ready.passed.catch((reason) => {
    void close('STOPPED', stopped(), false);
    throw reason;
  });

  return {
    want: (next) => {
      wants = next;
      if (reign) reign.want(wants);
      else post({ kind: 'wants', from: id, wants });
    },
    run: (command) => {
      if (isOver()) return Promise.reject(stopped());
      const { call, answered } = calls.add(command);
      if (!reign) anticipate(call);
      attempt(call);
      return answered;
    },
    wake: () => reign?.wake(),
    stop: () => close('STOPPED', stopped(), false),
    signOut: async () => {
      post({ kind: 'signOut' });
      await close('STOPPED', stopped(), true);
      const erase = () => storage.erase();
      // Whoever leads erases it too. One that does not hear of it is forced out.
      await locks
        .request(name, { signal: AbortSignal.timeout(silenceMs) }, erase)
        .catch(() => locks.request(name, { steal: true }, erase));
    },
  };
}

/** Lets through once it is open; rejects if it fails before. */
function createGate() {
  let open = () => {};
  let fail: (reason: unknown) => void = () => {};
  const passed = new Promise<void>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  // Nobody may wait for it yet.
  passed.catch(() => {});
  return { open, fail, passed };
}
