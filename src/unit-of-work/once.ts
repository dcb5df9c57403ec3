import { DomainError, idempotencyConflict } from '../lib/errors.js';
import type { Call, IdempotentRequest } from './call.js';
import { claim, isClaimed, settle } from './idempotency.js';
import { keepFailure, reviveFailure } from './kept-failure.js';
import type { Outcome } from './outcome.js';
import { type ActionContext, transact, type Work } from './transaction.js';

type Done<T> = { result: T } | { failure: DomainError };

/**
 * Runs the action of a mutation in one transaction, like `transact`, and if the call has an idempotency key, at most once:
 * a repeated call gets the result or the expected failure of the first one. The claim is the first write of the
 * transaction, so that equal calls wait for each other. An expected failure rolls back to it, and is kept; any other also
 * rolls back the claim.
 */
export async function transactOnce<T, Kept extends object>(
  context: ActionContext,
  outcome: Outcome<T, Kept>,
  action: (work: Work) => Promise<T>,
): Promise<T> {
  const { call } = context;
  const request = call?.request;
  if (!request) return transact(context, action);
  call.claimed = true;
  const done = await transact(context, (work) => attempt(work, { call, request, outcome, action }));
  if ('failure' in done) throw done.failure;
  return done.result;
}

/**
 * Whether a call repeats one whose outcome is kept, as far as can be told without waiting: for what is done before the
 * transaction, and not worth doing twice.
 */
export async function hasOutcome({ database, viewer, call, clock }: ActionContext): Promise<boolean> {
  const request = call?.request;
  return request ? isClaimed(database.read, { viewer, now: clock() }, request) : false;
}

type Attempt<T, Kept extends object> = {
  call: Call;
  request: IdempotentRequest;
  outcome: Outcome<T, Kept>;
  action: (work: Work) => Promise<T>;
};

async function attempt<T, Kept extends object>(
  work: Work,
  { call, request, outcome, action }: Attempt<T, Kept>,
): Promise<Done<T>> {
  const first = await claim<Kept>(work, request);
  if (first) {
    call.firstEventId = first.eventId;
    work.audit(null);
    if (first.failure) return { failure: await reviveFailure(work, first.failure) };
    if (!first.result) throw idempotencyConflict(request.key);
    return { result: await outcome.resume(work, first.result) };
  }
  work.later`SAVEPOINT action`;
  const forget = work.mark();
  try {
    const result = await action(work);
    settle(work, request, { result: outcome.keep(result), eventId: work.lastEventId() });
    return { result };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await work.tx.$executeRaw`ROLLBACK TO SAVEPOINT action`;
    forget();
    work.audit(null);
    settle(work, request, { failure: keepFailure(error) });
    return { failure: error };
  }
}
