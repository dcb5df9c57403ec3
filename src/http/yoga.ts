import type { GraphiQLOptions } from 'graphql-yoga';
import { createYoga } from 'graphql-yoga';
import type { Logger } from 'pino';
import { authenticate } from '../auth/authenticate.js';
import type { Viewer } from '../auth/viewer.js';
import type { ActionContext } from '../db/transaction.js';
import type { Context } from '../graphql/context.js';
import type { CursorCodec } from '../graphql/cursor.js';
import { schema } from '../graphql/schema.js';
import { renderGraphiQL } from './graphiql.js';
import { createErrorMask } from './mask-error.js';
import { useAuthentication } from './plugins/use-authentication.js';
import { useEventCursor } from './plugins/use-event-cursor.js';
import { useWellFormedStrings } from './plugins/use-well-formed-strings.js';
import { currentRequestId } from './request-scope.js';

const MAX_BODY_BYTES = 1_000_000;

export type YogaOptions = {
  application: Omit<ActionContext, 'viewer'>;
  cursors: CursorCodec;
  log: Logger;
  /** Left out: GraphiQL is not served. */
  graphiql: GraphiQLOptions | undefined;
};

/** The one pipeline that every operation goes through. */
export function createPipeline({ application, cursors, log, graphiql }: YogaOptions) {
  const viewers = new WeakMap<Request, Viewer>();
  const maskError = createErrorMask(log);
  return createYoga<object, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    healthCheckEndpoint: '/healthz',
    landingPage: false,
    logging: false,
    multipart: false,
    maxRequestBodySize: MAX_BODY_BYTES,
    maskedErrors: { maskError },
    graphiql: graphiql ?? false,
    renderGraphiQL,
    plugins: [
      useAuthentication((header) => authenticate(application.database, header, application.clock()), viewers),
      useWellFormedStrings(),
      useEventCursor(),
    ],
    context: ({ request }) => {
      const viewer = viewers.get(request);
      if (!viewer) throw new Error('The request was not authenticated.');
      return { ...application, viewer, cursors, requestId: currentRequestId() };
    },
  });
}
