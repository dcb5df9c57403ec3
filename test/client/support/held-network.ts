import { onTestFinished, vi } from 'vitest';

type HeldRequest = { body: string; fail: () => void };

/** A network whose requests, as long as they are held, neither arrive nor fail by themselves. */
export function useHeldNetwork() {
  const onlineListeners: (() => void)[] = [];
  const held = new Map<HeldRequest, () => void>();
  let isHolding = false;
  let failed = 0;

  // Node.js has no such event.
  vi.stubGlobal('addEventListener', (_type: string, listener: () => void) => onlineListeners.push(listener));
  vi.stubGlobal('removeEventListener', () => {});
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });

  const heldFetch: typeof fetch = async (input, init) => {
    if (isHolding) {
      await new Promise<void>((resolve, reject) => {
        const request: HeldRequest = {
          body: String(init?.body),
          fail: () => {
            held.delete(request);
            failed += 1;
            reject(new TypeError('There is no network.'));
          },
        };
        held.set(request, resolve);
      });
    }
    return fetch(input, init);
  };

  return {
    fetch: heldFetch,
    hold: () => {
      isHolding = true;
    },
    /** Lets go what is held, and all that comes. */
    release: () => {
      isHolding = false;
      for (const resolve of held.values()) resolve();
      held.clear();
    },
    held: () => [...held.keys()],
    failed: () => failed,
    /** Says so as a browser does that has a network again. */
    online: () => {
      for (const listener of onlineListeners) listener();
    },
  };
}
