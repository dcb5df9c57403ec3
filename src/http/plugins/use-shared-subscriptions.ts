import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { callerKey } from '../../auth/viewer.js';
import { encodeLogPosition } from '../../event-log/cursor.js';
import type { LogEntry } from '../../event-log/log-event.js';
import { createBudget } from '../../graphql/core/budget.js';
import { forgetPermissions } from '../../graphql/core/builder.js';
import { type Context, withinContext } from '../../graphql/core/context.js';
import { type Plan, planExecution } from '../../graphql/core/execute.js';
import { isLogSubscription, type LogItem, type LogSelection } from '../../graphql/events/log-subscription.js';
import { shareKey } from '../../graphql/events/share-key.js';
import { withMembers } from '../../lib/collections.js';
import type { Delivery } from '../../live/delivery.js';
import type { SharedWork } from '../../live/subscription-group.js';
import type { Services } from '../../services.js';
import { eventContext, type Follower } from '../event-context.js';
import { isUnexpected } from '../mask-error.js';
import { whenAbandoned } from '../request-scope.js';
import { overHttp, untilRevoked } from '../subscription-session.js';
import { executePlanned } from './use-plain-execution.js';

type Args = ExecutionArgs & { contextValue: Context };
/** What an operation is executed with for each event. */
type Kept = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'> & {
  follower: Follower;
};
type Results = AsyncIterableIterator<ExecutionResult>;

/** Turns an error into what clients see. */
type MaskError = (error: unknown) => GraphQLError;
type Options = { services: Services; quietMs: number; maskError: MaskError };

/**
 * Runs subscriptions. Those to events go through the fan-out, which executes each event once for all equal
 * subscriptions; others run on their own. A subscription over HTTP gets a cursor after `quietMs` without an event.
 */
export function useSharedSubscriptions(options: Options): Plugin<Context> {
  return {
    onSubscribe: ({ args: { contextValue }, setSubscribeFn }) => {
      setSubscribeFn((args: ExecutionArgs) => subscribe(withMembers(args, { contextValue }), options));
    },
  };
}

async function subscribe(args: Args, options: Options): Promise<Results | ExecutionResult> {
  const { viewer, live, session, feed } = args.contextValue;
  // A socket is one session for all its subscriptions; over HTTP each is one.
  if (!session && !live.sessions.hasRoom(viewer)) return { errors: [tooManyConnections()] };
  const source = await createSourceEventStream(args).finally(() => forgetPermissions(args.contextValue));
  if (!(Symbol.asyncIterator in source)) return source;
  if (!isLogSubscription(source)) {
    const results = mapEach(source[Symbol.asyncIterator](), (event) => executeOnce(args, event));
    return session ? results : endedWithClient(untilRevoked(results, args.contextValue));
  }
  const { selection } = source;
  const work = workOf(args, selection, options);
  const first = selection.initial === undefined ? undefined : await firstOf(args, selection);
  const leave = live.distinct.enter(callerKey(viewer), selection.conversationId, work.key);
  if (!leave) return { errors: [tooManyDistinct(args.contextValue.config.maxDistinctSubscriptions)] };
  const subscriber = await live.fanOut.subscribe(work, selection.after, leave, { done: selection.done, first });
  if (!feed) return endedWithClient(overHttp(subscriber, args.contextValue, options.quietMs));
  feed(subscriber);
  return {};
}

/** Apart from `subscribe`, so that a subscription keeps nothing of the operation but what is needed for its events. */
function workOf(args: Args, selection: LogSelection, options: Options): SharedWork {
  const { schema, document, operationName, variableValues, contextValue } = args;
  const { viewer, session } = contextValue;
  const { interest, concerns, select, conversationId, key } = selection;
  const kept: Kept = { schema, document, operationName, variableValues, follower: { viewer, session } };
  return {
    key: JSON.stringify([shareKey(args, viewer), conversationId, key]),
    workspaceId: viewer.workspaceId,
    // What was read before a merge says that the entries are others'.
    fresh: viewer.hasMerged,
    interest,
    ...(concerns ? { concerns } : {}),
    deliver: deliverer(kept, select, options),
  };
}

/** Apart from `workOf`, whose arguments a function that is made there would keep. */
function deliverer(kept: Kept, select: LogSelection['select'], options: Options): SharedWork['deliver'] {
  return (batch, how) => deliver(kept, select, batch, { ...options, lenient: false, alone: false, ...how });
}

/** Ends results over HTTP whose client has gone, also if that was before anybody could take them. */
function endedWithClient(results: Results): Results {
  whenAbandoned(() => void results.return?.());
  return results;
}

function tooManyConnections(): GraphQLError {
  return tooMany('You have too many event streams and WebSockets open. Close some, or share one.');
}

function tooManyDistinct(limit: number): GraphQLError {
  return tooMany(
    `You have ${limit} different subscriptions to these events open. End some, or send the same document and variables again, which counts once.`,
  );
}

function tooMany(message: string): GraphQLError {
  const headers = { 'retry-after': '5' };
  return new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', http: { status: 429, headers } } });
}

/** What a subscription gets first, of what there is when it begins. */
async function firstOf(args: Args, { initial, after }: LogSelection): Promise<Delivery> {
  const { result, bytes } = await executeFor(args, planExecution(args), initial);
  return {
    ...after,
    result: { ...result, extensions: { cursor: encodeLogPosition(args.contextValue, after) } },
    bytes,
  };
}

/**
 * Executes the operation for what the subscription gets of a batch, with one set of loaders for all of them. Where its
 * results can be written without that, they are.
 */
async function deliver(
  { follower, ...operation }: Kept,
  select: LogSelection['select'],
  batch: readonly LogEntry[],
  { lenient, alone, services, maskError }: Options & { lenient: boolean; alone: boolean },
): Promise<Delivery[]> {
  const contextValue = eventContext(services, follower);
  const { items, over, end: reason = null, writes } = await select(contextValue, batch);
  const write = (items.length > 0 && writes?.(operation)) || null;
  let plan: Plan | null | undefined;
  const execute = async ({ at, value, part }: LogItem, cursor: string): Promise<Delivery> => {
    if (plan === undefined) plan = planExecution(operation);
    const { result, bytes } = await executeFor(withMembers(operation, { contextValue }), plan, value);
    const failure = lenient ? undefined : result.errors?.find((error) => isUnexpected(error));
    if (failure) throw failure;
    // Here, so that an error is also logged once however many subscribers get it.
    const errors = result.errors && { errors: result.errors.map(maskError) };
    const { position, eventId } = at;
    const masked = withMembers(result, { ...errors, extensions: { cursor } });
    return { position, eventId, part, result: masked, bytes, alone };
  };
  const deliveries: Delivery[] = await Promise.all(
    items.map((item, index) => {
      const { at, part } = item;
      const cursor = encodeLogPosition(contextValue, at, part);
      const data = write?.(index, cursor) ?? null;
      if (data === null || mayBeTooLarge(data, contextValue)) return execute(item, cursor);
      const text = `{"data":${data},"extensions":{"cursor":"${cursor}"}}`;
      return { position: at.position, eventId: at.eventId, part, result: WRITTEN, bytes: text.length, text, alone };
    }),
  );
  const end = batch.at(-1);
  if (!end || !(over || reason)) return deliveries;
  const last = { position: Number(end.position), eventId: end.id, bytes: 0 };
  const failed = reason ? [{ ...last, result: { errors: [reason] } }] : [];
  return [...deliveries, ...failed, { ...last, result: null }];
}

const WRITTEN: ExecutionResult = {};

/** Whether only executing the operation tells if a result is within the limit of its size. */
function mayBeTooLarge({ length }: string, { config }: Context): boolean {
  return length * MAX_BYTES > config.maxResponseBytes;
}

/** Of a UTF-16 code unit in UTF-8. */
const MAX_BYTES = 3;

/** What is being executed for events that several subscriptions get, by the keys of these. */
const runningFor = new WeakMap<object, Map<string, Promise<ExecutionResult>>>();

/**
 * Executes the operation for an event that does not come from the log, once for all equal subscriptions that get it at the
 * same time. Whoever is later has it executed again, as keeping the results would take more than that.
 */
async function executeOnce(args: Args, event: unknown): Promise<ExecutionResult> {
  const execute = async () => {
    const contextValue = withinContext(args.contextValue, { scope: new Map() });
    return (await executeFor({ ...args, contextValue }, planExecution(args), event)).result;
  };
  if (typeof event !== 'object' || event === null) return execute();
  const running = runningFor.get(event) ?? new Map<string, Promise<ExecutionResult>>();
  runningFor.set(event, running);
  const key = shareKey(args, args.contextValue.viewer);
  const result = running.get(key) ?? execute().finally(() => running.delete(key));
  running.set(key, result);
  return { ...(await result) };
}

/** Executes the operation for one event, with a budget of its own. */
async function executeFor(
  args: Args,
  plan: Plan | null,
  rootValue: unknown,
): Promise<{ result: ExecutionResult; bytes: number }> {
  const budget = createBudget(args.contextValue.config.maxResponseBytes);
  const contextValue = withinContext(args.contextValue, { budget, rootValues: new Map() });
  const result = await executePlanned(plan, withMembers(args, { rootValue, contextValue })).finally(() =>
    forgetPermissions(contextValue),
  );
  const reason = budget.exceeded();
  return { result: reason ? { data: null, errors: [reason] } : result, bytes: budget.used().bytes };
}

function mapEach(
  source: AsyncIterator<unknown>,
  map: (event: unknown) => Promise<ExecutionResult>,
): AsyncIterableIterator<ExecutionResult> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { value, done } = await source.next();
      return done ? { value: undefined, done } : { value: await map(value), done: false };
    },
    return: async () => {
      await source.return?.();
      return { value: undefined, done: true };
    },
  };
}
