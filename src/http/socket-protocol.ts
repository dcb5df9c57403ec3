import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import type { ServerOptions, SubscribePayload } from 'graphql-ws';
import { isUnauthenticated, unauthenticated } from '../auth/authenticate.js';
import { callerKey } from '../auth/viewer.js';
import type { Context } from '../graphql/core/context.js';
import type { AddressOf } from '../lib/client-address.js';
import { badUserInput, withoutStack } from '../lib/errors.js';
import { findFlawInVariables } from '../lib/json-safety.js';
import { type Span, type Tracing, traced, typeOf } from '../lib/tracing.js';
import { endOfCredential, hasExpired, type Session } from '../live/sessions.js';
import type { Services } from '../services.js';
import { type Admission, type Leave, OVERLOADED, overloaded } from './admission.js';
import { type AuthenticateFrom, hasToWait } from './failed-authentications.js';
import { coded } from './mask-error.js';
import type { RecordOperation } from './operation-recorder.js';
import type { RateLimits } from './rate-limits.js';
import { currentRequestId, inRequestScope, type RequestScope, takeOwed } from './request-scope.js';
import { beginSocketOperation } from './request-span.js';
import { selectDocument } from './select-document.js';
import { connect, FORBIDDEN, TRY_AGAIN_LATER } from './socket-connection.js';
import { createSocketTurns } from './socket-turns.js';
import type { TrustedDocuments } from './trusted-documents.js';
import type { Connection, SocketExtra } from './websocket.js';
import type { Pipeline } from './yoga.js';

type Params = Record<string, unknown>;

const noSuchOperation = new GraphQLError('Could not determine what operation to execute.', {
  extensions: { code: 'OPERATION_RESOLUTION_FAILURE' },
});

export type SocketProtocolOptions = {
  pipeline: Pipeline;
  record: RecordOperation;
  admission: Admission;
  authenticate: AuthenticateFrom;
  addressOf: AddressOf;
  trustedDocuments: TrustedDocuments;
  rateLimits: Pick<RateLimits, 'refusal' | 'charge'>;
  initTimeoutMs: number;
  /** How often a socket gets a cursor in the payload of a ping. */
  quietMs: number;
};

type SocketServices = Pick<Services, 'config' | 'clock' | 'cursors' | 'live' | 'tracing'>;

const TOO_MANY_CONNECTIONS = 'You have too many connections open: close some, or share one';

/** The handlers of graphql-ws, with the same authentication, pipeline and limits as HTTP. */
export function socketProtocol(
  services: SocketServices,
  options: SocketProtocolOptions,
): ServerOptions<Params, SocketExtra> {
  const started = ({ connection }: SocketExtra, id: string) => void connection?.starting.delete(id);
  const { record, admission } = options;
  const { tracing } = services;
  const limits = { ...services, rateLimits: options.rateLimits };
  const places = { quietMs: options.quietMs, turns: createSocketTurns(admission) };

  return {
    connectionInitWaitTimeout: options.initTimeoutMs,
    onConnect: async ({ connectionParams, extra, subscriptions }) => {
      if (admission.refusal('')) {
        extra.socket.close(TRY_AGAIN_LATER, OVERLOADED);
        return false;
      }
      const { request } = extra;
      if (!request) return false;
      const address = options.addressOf(request);
      const authenticate = () => options.authenticate(authorizationOf(connectionParams, request), address);
      const viewer = await traced(tracing, 'connection_init', authenticate, {
        kind: 'server',
        from: request.headers,
      }).catch((error: unknown) => refuse(error, extra, record));
      if (!viewer) return false;
      if (extra.socket.readyState !== extra.socket.OPEN) return false;
      if (!services.live.sessions.hasRoom(viewer)) {
        extra.socket.close(TRY_AGAIN_LATER, TOO_MANY_CONNECTIONS);
        return false;
      }
      // With the one that comes, which graphql-ws does not know yet.
      const isRefused = (own: Connection) => refusalOf(own, operationsOf(subscriptions, own) + 1, limits) !== null;
      extra.connection = connect({ viewer, address }, extra, services, { ...places, isRefused });
      extra.request = null;
      return true;
    },
    onClose: ({ extra }) => extra.connection?.close(),
    onOperation: ({ extra, subscriptions }, id) => {
      started(extra, id);
      const feeds = extra.connection?.feeds;
      // The client may have completed it meanwhile.
      if (!(id in subscriptions)) feeds?.drop(id);
      // From here on, graphql-ws knows nothing of it.
      else if (feeds?.begin(id)) delete subscriptions[id];
    },
    onComplete: ({ extra }, id) => started(extra, id),
    onSubscribe: async (context, id, payload) => {
      const { connection } = context.extra;
      if (!connection) throw new Error('The socket has no session.');
      const { session, address, running, feeds, turns, mutations } = connection;
      const turn = turns.take(id);
      const span = beginSocketOperation(tracing, payload.extensions, session.viewer, turn?.since);
      const begin = async (scope: RequestScope) => {
        const shed = turn?.leave === null ? [overloaded()] : null;
        const refusal = shed ?? refusalOf(connection, operationsOf(context.subscriptions, connection), limits);
        const place: Place = { session, address, feed: (subscriber) => feeds.add(id, subscriber), span };
        const takePlace = () => mutations.take(id);
        const whileRunning = remember(running, id, () => admission.enter(callerKey(session.viewer)));
        const prepared = () => prepare({ ...options, tracing }, place, payload, { whileRunning, takePlace });
        const answer = await (refusal ?? prepared().finally(() => turn?.leave?.(scope.cost)));
        if (refusal) turn?.leave?.();
        await options.rateLimits.charge(session.viewer, takeOwed());
        if ('document' in answer) return answer;
        record({ requestId: scope.requestId, viewer: session.viewer, duration: 0, errors: answer });
        span?.end();
        return answer;
      };
      return tracing
        .within(span, () => inRequestScope(undefined, begin, null, span))
        .catch((error: unknown) => {
          span?.fail(typeOf(error));
          span?.end();
          throw error;
        });
    },
    execute: (args: ExecutionArgs) => pipelineOf(args).execute(args),
    subscribe: (args: ExecutionArgs) => pipelineOf(args).subscribe(args),
  };
}

function authorizationOf(params: Params | undefined, request: IncomingMessage): string | null {
  const given = params?.Authorization ?? params?.authorization ?? request.headers.authorization;
  return typeof given === 'string' ? given : null;
}

/**
 * Refuses an invalid key or token with 4403 and what to send instead. If it could not be checked, as during a database
 * outage, or is not, because too many from the same address were invalid, asks to retry.
 */
function refuse(error: unknown, { socket }: SocketExtra, record: RecordOperation): null {
  record({ requestId: randomUUID(), duration: 0, errors: [error] });
  if (isUnauthenticated(error)) socket.close(FORBIDDEN, error.message);
  else socket.close(TRY_AGAIN_LATER, hasToWait(error) ? error.message : 'Try again later');
  return null;
}

/** How many operations there are over a socket: those that graphql-ws knows, that wait, and that get events. */
function operationsOf(known: object, { feeds, turns }: Connection): number {
  return Object.keys(known).length + turns.size() + feeds.size();
}

/** Why an operation is refused before it is parsed; null if it is not. `operations` is how many there are with it. */
function refusalOf(
  { session }: Connection,
  operations: number,
  { clock, config, rateLimits }: SocketServices & Pick<SocketProtocolOptions, 'rateLimits'>,
): GraphQLError[] | null {
  const { maxOperationsPerSocket: maxOperations } = config;
  if (hasExpired(session.viewer, clock())) {
    session.revoke(endOfCredential.tokenExpired);
    return [unauthenticated(endOfCredential.tokenExpired)];
  }
  if (operations > maxOperations) return [tooManyOperations(maxOperations)];
  const exhausted = rateLimits.refusal(session.viewer);
  return exhausted && [exhausted];
}

function tooManyOperations(limit: number): GraphQLError {
  const message = `A socket can run at most ${limit} operations at the same time. End some, or open another socket.`;
  return withoutStack(() => new GraphQLError(message, { extensions: { code: 'RATE_LIMITED' } }));
}

/** What `prepare` returns, and graphql-ws passes back to execute the operation. */
type PreparedArgs = ExecutionArgs & {
  pipeline: {
    execute: (args: ExecutionArgs) => Promise<ExecutionResult>;
    subscribe: (args: ExecutionArgs) => Promise<ExecutionResult | AsyncIterable<ExecutionResult>>;
  };
};

function pipelineOf(args: ExecutionArgs): PreparedArgs['pipeline'] {
  if (!isPrepared(args)) throw new Error('The operation was not prepared.');
  return args.pipeline;
}

function isPrepared(args: ExecutionArgs): args is PreparedArgs {
  return 'pipeline' in args;
}

/** The session of an operation, where it comes from, what takes over its subscription, and its span. */
type Place = { session: Session; address: string; feed: NonNullable<Context['feed']>; span: Span | null };

/** How an operation is executed among others of its socket. `takePlace` is called for a mutation, in the order sent. */
type Among = { whileRunning: WhileRunning; takePlace: MutationPlace };

/** Returns whether a mutation may begin, when those before it are over. */
type MutationPlace = () => Promise<boolean>;

/** Executes an operation once it may begin. Its result is empty if it may not. */
type WhileRunning = (
  scope: RequestScope,
  mayBegin: Promise<boolean> | null,
  execute: () => Promise<ExecutionResult>,
) => Promise<ExecutionResult>;

/** Keeps the scope of an operation until it is over, and counts it as work from when it begins. */
function remember(running: Connection['running'], id: string, enter: () => Leave): WhileRunning {
  return async (scope, mayBegin, execute) => {
    running.set(id, scope);
    let leave: Leave | undefined;
    try {
      if ((await mayBegin) === false) return { data: null };
      leave = enter();
      return await execute();
    } finally {
      leave?.(scope.cost);
      running.delete(id);
    }
  };
}

/** Parses and validates an operation with the pipeline that HTTP uses. Returns the errors if that fails. */
async function prepare(
  {
    pipeline,
    trustedDocuments,
    tracing,
  }: Pick<SocketProtocolOptions, 'pipeline' | 'trustedDocuments'> & { tracing: Tracing },
  { session, address, feed, span }: Place,
  payload: SubscribePayload,
  { whileRunning, takePlace }: Among,
): Promise<PreparedArgs | readonly GraphQLError[]> {
  const { query, operationName, variables } = payload;
  const flaw = findFlawInVariables(variables);
  if (flaw) return [badUserInput(flaw.message, flaw.path)];
  const { parse, validate, execute, subscribe, contextFactory, schema } = pipeline.getEnveloped({
    session,
    address,
    feed,
    params: payload,
  });
  try {
    const document = parse(selectDocument(payload, session.viewer, trustedDocuments) ?? query);
    // Empty means none, as over HTTP.
    const name = operationName || null;
    const operation = getOperationAST(document, name);
    if (!operation) return [noSuchOperation];
    const errors = validate(schema, document);
    if (errors.length > 0) return errors;
    // Before anything is awaited, because only until then do the operations of a socket come here in the order sent.
    const mayBegin = operation.operation === OperationTypeNode.MUTATION ? takePlace() : null;
    const requestId = currentRequestId();
    const within = <T>(run: (scope: RequestScope) => Promise<T>): Promise<T> => {
      const done = tracing.within(span, () => inRequestScope(requestId, run, session.viewer, span));
      return span ? done.finally(span.end) : done;
    };
    return {
      schema,
      document,
      operationName: name,
      variableValues: variables ?? null,
      contextValue: await contextFactory(),
      pipeline: {
        execute: (args) => within((scope) => whileRunning(scope, mayBegin, () => execute(args))),
        subscribe: (args) => within(() => subscribe(args)),
      },
    };
  } catch (error) {
    if (error instanceof GraphQLError) return [coded(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}
