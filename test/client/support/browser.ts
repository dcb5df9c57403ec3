import { IDBFactory } from 'fake-indexeddb';
import { onTestFinished, vi } from 'vitest';
import { openIndexedDbStorage } from '../../../client/src/indexed-db.js';
import type { Channel, ClientStorage, Locks } from '../../../client/src/storage.js';

export type Tab = {
  storage: ClientStorage;
  /** Whether it has the lock of whoever leads. */
  leads: () => boolean;
  /** Ends it as a crash does: nothing of it is heard or written any more, and its locks are free. */
  kill: () => void;
  /** Stops it as browsers do to tabs in the background: it keeps its locks, and neither hears, says nor writes anything. */
  freeze: () => void;
  /** Lets it go on, with all that it missed. */
  thaw: () => void;
  /** Whether it hears what the others say, which a page in the back-forward cache does not. */
  setHearing: (hears: boolean) => void;
};

/** A browser with tabs that share a database, in one process. What only browsers have is in test/client/browser.test.ts. */
export function useBrowser(name: string): { openTab: () => Promise<Tab> } {
  vi.stubGlobal('indexedDB', new IDBFactory());
  const manager = createLockManager();
  const tabs = new Set<Tab>();
  onTestFinished(() => {
    for (const tab of tabs) tab.kill();
    vi.unstubAllGlobals();
  });

  async function openTab(): Promise<Tab> {
    const storage = await openIndexedDbStorage({ name });
    const tab = Symbol('tab');
    const life = createLife();
    const closes = new Set<() => void>();
    let hears = true;

    const locks: Locks = {
      request: (lock, options, use) =>
        new Promise((resolve, reject) => {
          manager.request(tab, lock, options, use).then(
            (value) => life.act(() => resolve(value)),
            (reason) => life.act(() => reject(reason)),
          );
        }),
    };

    function openChannel(channelName: string): Channel {
      const channel = new BroadcastChannel(channelName);
      closes.add(() => channel.close());
      return {
        postMessage: (message) => life.act(() => channel.postMessage(message)),
        addEventListener: (type, listener) =>
          channel.addEventListener(type, (event) => {
            if (hears) life.act(() => listener(event));
          }),
        // What was said before is delivered.
        close: () => life.act(() => channel.close()),
      };
    }

    const opened: Tab = {
      storage: {
        read: () => life.run(() => storage.read()),
        write: (...batch) => life.run(() => storage.write(...batch)),
        erase: () => life.run(() => storage.erase()),
        sharing: { name, locks, openChannel },
      },
      leads: () => manager.holder(name) === tab,
      kill: () => {
        life.end();
        for (const close of closes) close();
        manager.free(tab);
        tabs.delete(opened);
      },
      freeze: life.pause,
      thaw: life.resume,
      setHearing: (isHearing) => {
        hears = isHearing;
      },
    };
    tabs.add(opened);
    return opened;
  }

  return { openTab };
}

/** What a tab does: later while it is frozen, and never again after its end. */
function createLife() {
  let state: 'ALIVE' | 'FROZEN' | 'DEAD' = 'ALIVE';
  const ends: (() => void)[] = [];
  let missed: (() => void)[] = [];
  /** Does it, or what ends it. */
  function act(perform: () => void, end = () => {}): void {
    if (state === 'DEAD') end();
    else if (state === 'FROZEN') missed.push(() => act(perform, end));
    else perform();
  }

  return {
    act: (perform: () => void) => act(perform),
    run: <Result>(perform: () => Promise<Result>): Promise<Result> =>
      new Promise((resolve, reject) => {
        // For what waits for it when the test ends: there is nobody left to see it.
        const end = () => reject(new Error('The tab is gone.'));
        ends.push(end);
        act(() => void perform().then(resolve, reject), end);
      }),
    pause: () => {
      state = 'FROZEN';
    },
    resume: () => {
      state = 'ALIVE';
      for (const perform of missed.splice(0)) perform();
    },
    end: () => {
      state = 'DEAD';
      missed = [];
      for (const end of ends.splice(0)) end();
    },
  };
}

type Request = {
  tab: symbol;
  use: () => Promise<void>;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
};

/** Exclusive locks as the Web Locks API has them, which Node.js 20 and 22 lack, with tabs that can end. */
function createLockManager() {
  const held = new Map<string, Request>();
  const queues = new Map<string, Request[]>();
  const queueOf = (name: string) => {
    const queue = queues.get(name) ?? [];
    queues.set(name, queue);
    return queue;
  };

  function grant(name: string): void {
    if (held.has(name)) return;
    const next = queueOf(name).shift();
    if (!next) return;
    held.set(name, next);
    const release = (settle: () => void) => {
      // It is somebody else's if it was stolen.
      if (held.get(name) !== next) return;
      held.delete(name);
      settle();
      grant(name);
    };
    next.use().then(
      (value) => release(() => next.resolve(value)),
      (reason) => release(() => next.reject(reason)),
    );
  }

  return {
    holder: (name: string) => held.get(name)?.tab,
    request: (tab: symbol, name: string, { signal, steal }: Parameters<Locks['request']>[1], use: Request['use']) =>
      new Promise((resolve, reject) => {
        if (signal && steal) throw new DOMException('A lock cannot be stolen with a signal.', 'NotSupportedError');
        const request = { tab, use, resolve, reject };
        signal?.addEventListener('abort', () => {
          const index = queueOf(name).indexOf(request);
          if (index < 0) return;
          queueOf(name).splice(index, 1);
          reject(signal.reason);
        });
        if (signal?.aborted) return reject(signal.reason);
        if (steal) {
          held.get(name)?.reject(new DOMException('The lock was stolen.', 'AbortError'));
          held.delete(name);
          queueOf(name).unshift(request);
        } else queueOf(name).push(request);
        queueMicrotask(() => grant(name));
      }),
    /** Frees what a tab has, and forgets what it waits for. */
    free: (tab: symbol) => {
      for (const [name, queue] of queues)
        queues.set(
          name,
          queue.filter((request) => request.tab !== tab),
        );
      for (const [name, request] of [...held]) {
        if (request.tab !== tab) continue;
        held.delete(name);
        grant(name);
      }
    },
  };
}
