import { setMaxListeners } from 'node:events';
import { GraphQLError } from 'graphql';

/** What resolving one operation, or one result of a subscription, may still cost. Every resolver draws on it. */
export type Budget = {
  /** Takes a field and the bytes that it adds to the answer. Throws the reason as soon as one of the two is used up. */
  take: (bytes: number) => void;
  /**
   * Takes an answer that was not resolved field by field, and a field for every 30 of its bytes. Returns false, and takes
   * nothing, where it may be over a limit, which only counting its fields tells.
   */
  takeAnswer: (bytes: number) => boolean;
  /** Takes a statement. Throws the reason if there were too many. */
  takeStatement: () => void;
  /** Ends the operation for another reason: every later field throws it. */
  stop: (reason: GraphQLError) => void;
  /** Aborts, with the reason, when the operation is stopped. */
  signal: () => AbortSignal;
  /** Gives back what was taken, for the operation to be executed once more. */
  restart: () => void;
  /** Why the operation was stopped; null if it was not. */
  exceeded: () => GraphQLError | null;
  /** What was taken so far. */
  used: () => { fields: number; bytes: number; statements: number };
};

/**
 * The number of fields that one operation may resolve. The static limit on fields times rows refuses nearly all that
 * would exceed it before anything is read; this one ends what had more rows than were assumed.
 */
export const MAX_RESOLVED_FIELDS = 250_000;

/** With its key, as most fields of an answer are. */
const BYTES_OF_A_FIELD = 30;

/** Reads of one query: as many as it can have fields. */
export const MAX_STATEMENTS = 500;

function exhausted(message: string, code: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

export function createBudget(maxBytes: number): Budget {
  /** Made for the first who asks for its signal: of most results of subscriptions nobody does. */
  let stopped: AbortController | null = null;
  let fields = 0;
  let bytes = 0;
  let statements = 0;
  let reason: GraphQLError | null = null;
  const stop = (why: GraphQLError) => {
    if (reason) return;
    reason = why;
    stopped?.abort(why);
  };
  const check = () => {
    if (reason) throw reason;
  };
  return {
    take: (more) => {
      fields += 1;
      bytes += more;
      if (bytes > maxBytes) stop(tooLarge(maxBytes));
      else if (fields > MAX_RESOLVED_FIELDS) stop(tooComplex(`resolves more than ${MAX_RESOLVED_FIELDS} fields`));
      check();
    },
    takeAnswer: (more) => {
      const estimate = Math.ceil(more / BYTES_OF_A_FIELD);
      if (reason || (bytes + more) * 2 > maxBytes || (fields + estimate) * 2 > MAX_RESOLVED_FIELDS) return false;
      fields += estimate;
      bytes += more;
      return true;
    },
    takeStatement: () => {
      statements += 1;
      if (statements > MAX_STATEMENTS) stop(tooComplex(`reads more than ${MAX_STATEMENTS} times from the database`));
      check();
    },
    stop,
    signal: () => {
      stopped ??= newController(reason);
      return stopped.signal;
    },
    restart: () => {
      fields = 0;
      bytes = 0;
    },
    exceeded: () => reason,
    used: () => ({ fields, bytes, statements }),
  };
}

function newController(reason: GraphQLError | null): AbortController {
  const controller = new AbortController();
  // Every statement that runs or waits has one.
  setMaxListeners(0, controller.signal);
  if (reason) controller.abort(reason);
  return controller;
}

function tooLarge(maxBytes: number): GraphQLError {
  return exhausted(
    `The response would exceed ${maxBytes} bytes. Select fewer or shorter fields, or request smaller pages.`,
    'RESPONSE_TOO_LARGE',
  );
}

function tooComplex(what: string): GraphQLError {
  return exhausted(`The operation ${what}. Select fewer, or request smaller pages.`, 'QUERY_TOO_COMPLEX');
}
