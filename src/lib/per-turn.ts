import { AsyncResource } from 'node:async_hooks';
import DataLoader from 'dataloader';

/** What many ask for belongs to the server, not to the request of the first. */
const outside = new AsyncResource('PerTurn');

type Answer<Key, Answered> = (keys: readonly Key[]) => Promise<readonly (Answered | Error)[]>;

/**
 * Returns a function that asks for one thing. All that is asked for in one turn of the event loop is answered by one call,
 * made afterwards, in the order of the keys, of which some may be equal. Nobody waits for a call of before, which may hang.
 * An answer that is an error fails only those who have asked for it; a call that fails, all of its turn.
 */
export function perTurn<Key, Answered>(answer: Answer<Key, Answered>): (key: Key) => Promise<Answered> {
  return askTogether(answer, (send) => outside.runInAsyncScope(send));
}

/** Like `perTurn`, but as a part of the request of the first, whose trace has the call. For what no request is charged for. */
export function perTurnOfFirst<Key, Answered>(answer: Answer<Key, Answered>): (key: Key) => Promise<Answered> {
  return askTogether(answer, (send) => send());
}

function askTogether<Key, Answered>(
  answer: Answer<Key, Answered>,
  within: (send: () => void) => void,
): (key: Key) => Promise<Answered> {
  const loader = new DataLoader(answer, {
    cache: false,
    batchScheduleFn: (send) => void setImmediate(() => within(send)),
  });
  return (key) => loader.load(key);
}
