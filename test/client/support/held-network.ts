import { onTestFinished, vi } from 'vitest';

type HeldRequest = {
  body: string;
  fail: () => void;
  /** Answers in place of the server, with an error of this code. */
  refuse: (code: string) => void;
  /** Has the server answer. */
  pass: () => void;
};

/** A network whose requests, as long as they are held, neither arrive nor fail by themselves. */
export function useHeldNetwork() {
  const onlineListeners: (() => void)[] = [];
  const held = new Set<HeldRequest>();
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
      const answer = await new Promise<Response | null>((resolve, reject) => {
        const leave = (then: () => void) => () => {
          if (held.delete(request)) then();
        };
        const request: HeldRequest = {
          body: String(init?.body),
          fail: leave(() => {
            failed += 1;
            reject(new TypeError('There is no network.'));
          }),
          refuse: (code) =>
            leave(() => resolve(Response.json({ errors: [{ message: 'Refused.', extensions: { code } }] })))(),
          pass: leave(() => resolve(null)),
        };
        held.add(request);
        init?.signal?.addEventListener(
          'abort',
          leave(() => reject(new Error('Given up.'))),
        );
      });
      if (answer) return answer;
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
      for (const request of held) request.pass();
    },
    held: () => [...held],
    failed: () => failed,
    /** Says so as a browser does that has a network again. */
    online: () => {
      for (const listener of onlineListeners) listener();
    },
  };
}
