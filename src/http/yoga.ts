import type { GraphiQLOptions } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Session } from '../auth/sessions.js';
import type { Viewer } from '../auth/viewer.js';
import type { ActionContext } from '../db/transaction.js';
import type { Live } from '../events/live.js';
import type { Context } from '../graphql/context.js';
import type { CursorCodec } from '../graphql/cursor.js';
import { schema } from '../graphql/schema.js';
import { createDocumentCache } from './document-cache.js';
import { renderGraphiQL } from './graphiql.js';
import { createErrorMask } from './mask-error.js';
import { useAuthentication } from './plugins/use-authentication.js';
import { useDocumentLimits } from './plugins/use-document-limits.js';
import { useEventCursor } from './plugins/use-event-cursor.js';
import { useReadableParameters } from './plugins/use-readable-parameters.js';
import { useSharedSubscriptions } from './plugins/use-shared-subscriptions.js';
import { useWellFormedStrings } from './plugins/use-well-formed-strings.js';
import { currentRequestId } from './request-scope.js';

const MAX_BODY_BYTES = 1_000_000;

export type YogaOptions = {
  application: Omit<ActionContext, 'viewer'>;
  authenticate: (header: string | null) => Promise<Viewer>;
  live: Live;
  cursors: CursorCodec;
  log: Logger;
  /** A subscription over HTTP that is quiet gets a cursor this often. */
  quietMs: number;
  /** Left out: GraphiQL is not served. */
  graphiql: GraphiQLOptions | undefined;
};

export type Pipeline = ReturnType<typeof createPipeline>;

/** The one pipeline that every operation goes through, over HTTP and over sockets. */
export function createPipeline({ application, authenticate, live, cursors, log, quietMs, graphiql }: YogaOptions) {
  const viewers = new WeakMap<Request, Viewer>();
  const maskError = createErrorMask(log);
  return createYoga<{ session?: Session }, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    healthCheckEndpoint: '/healthz',
    landingPage: false,
    logging: false,
    multipart: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createDocumentCache() },
    maskedErrors: { maskError },
    graphiql: graphiql ?? false,
    renderGraphiQL,
    plugins: [
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
      return { ...application, viewer, cursors, live, session, requestId: currentRequestId() };
    },
  });
}
