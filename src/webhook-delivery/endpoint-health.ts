import type { Answer } from './send.js';

/**
 * What a process knows of an endpoint by the last try there: it succeeded soon, it succeeded but took its time, it failed,
 * or none is over yet. Only one that answers soon may have much under way. One that is untried may hang as well as one
 * that fails, but it does not wait for its place among those.
 */
export type Standing = 'answering' | 'slow' | 'failing' | 'untried';

/** From when on a receiver takes its time: it holds a place hundreds of times as long as one that answers at once. */
const SLOW_MS = 2_000;

/** What a try tells of its endpoint. */
export function standingAfter({ failure, durationMs }: Pick<Answer, 'failure' | 'durationMs'>): Standing {
  if (failure !== null) return 'failing';
  return durationMs > SLOW_MS ? 'slow' : 'answering';
}
