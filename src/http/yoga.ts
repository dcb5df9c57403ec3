import { createYoga, shouldRenderGraphiQL } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Authenticate } from '../auth/authenticate.js';
import type { SessionTokens } from '../auth/session-token.js';
import type { Viewer } from '../auth/viewer.js';
import type { UrlPolicy } from '../domain/webhooks/endpoint-url.js';
import type { Context } from '../graphql/core/context.js';
import { schema } from '../graphql/schema.js';
import type { CursorCodec } from '../lib/cursor-codec.js';
import type { Live } from '../live/live.js';
import type { Session } from '../live/sessions.js';
import type { Application } from '../unit-of-work/transaction.js';
import { createDocumentCache } from './document-cache.js';
import { type GraphiQLPages, renderGraphiQL } from './graphiql.js';
import { createErrorMask } from './mask-error.js';
import type { RecordOperation } from './operation-recorder.js';
import { useAuthentication } from './plugins/use-authentication.js';
import { useDocumentLimits } from './plugins/use-document-limits.js';
import { useEventCursor } from './plugins/use-event-cursor.js';
import { useOperationRecord } from './plugins/use-operation-record.js';
import { useReadableParameters } from './plugins/use-readable-parameters.js';
import { useSharedSubscriptions } from './plugins/use-shared-subscriptions.js';
import { useWellFormedStrings } from './plugins/use-well-formed-strings.js';
import { currentRequestId } from './request-scope.js';

const MAX_BODY_BYTES = 1_000_000;

export type YogaOptions = {
  application: Application;
  authenticate: Authenticate;
  live: Live;
  cursors: CursorCodec;
  record: RecordOperation;
  tokens: SessionTokens;
  log: Logger;
  /** The address that clients reach the server by; asked for only once it listens. */
  publicUrl: () => string;
  /** Where webhooks may go. */
  webhookPolicy: UrlPolicy;
  /** A subscription over HTTP that is quiet gets a cursor this often. */
  quietMs: number;
  /** Left out: GraphiQL is not served. */
  graphiql: GraphiQLPages | undefined;
};

export type Pipeline = ReturnType<typeof createPipeline>;

/** The one pipeline that every operation goes through, over HTTP and over sockets. */
export function createPipeline(options: YogaOptions) {
  const { application, authenticate, live, cursors, tokens, record, log, publicUrl, webhookPolicy, quietMs, graphiql } =
    options;
  const viewers = new WeakMap<Request, Viewer>();
  const maskError = createErrorMask(log);
  return createYoga<{ session?: Session }, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    multipart: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createDocumentCache() },
    maskedErrors: { maskError },
    graphiql: graphiql ? (request) => graphiql(request, publicUrl()) : false,
    // Pages of any origin may use the API with a key of theirs; GraphiQL may hold one of ours.
    cors: (request) => (graphiql && shouldRenderGraphiQL(request) ? false : {}),
    renderGraphiQL,
    plugins: [
      useOperationRecord(record),
      useAuthentication(authenticate, viewers),
      useReadableParameters(),
      useWellFormedStrings(),
      useDocumentLimits(),
      useEventCursor(),
      useSharedSubscriptions(quietMs),
    ],
    context: ({ request, session = null }) => {
      const viewer = session?.viewer ?? viewers.get(request);
      if (!viewer) throw new Error('The request was not authenticated.');
      const requestId = currentRequestId();
      return {
        ...application,
        viewer,
        cursors,
        tokens,
        live,
        session,
        publicUrl,
        webhookPolicy,
        requestId,
      };
    },
  });
}
