import { createYoga } from 'graphql-yoga';
import type { Viewer } from '../auth/viewer.js';
import { createBudget } from '../graphql/core/budget.js';
import { type Context, createContext } from '../graphql/core/context.js';
import { schema } from '../graphql/schema.js';
import type { Session } from '../live/sessions.js';
import type { ReadPlaces } from '../replica/read-places.js';
import type { Services } from '../services.js';
import type { ExhaustedCredentials } from './exhausted-credentials.js';
import type { AuthenticateFrom } from './failed-authentications.js';
import { createErrorMask } from './mask-error.js';
import type { RecordOperation } from './operation-recorder.js';
import { useAuthentication } from './plugins/use-authentication.js';
import { useContentNegotiation } from './plugins/use-content-negotiation.js';
import { useDocumentCache } from './plugins/use-document-cache.js';
import { useDocumentLimits } from './plugins/use-document-limits.js';
import { useEventCursor } from './plugins/use-event-cursor.js';
import { useExactNumbers } from './plugins/use-exact-numbers.js';
import { useIdempotencyKey } from './plugins/use-idempotency-key.js';
import { useOperationLimits } from './plugins/use-operation-limits.js';
import { type Executed, type OnDuration, useOperationRecord } from './plugins/use-operation-record.js';
import { useOptionalName } from './plugins/use-optional-name.js';
import { usePlainExecution } from './plugins/use-plain-execution.js';
import { useRateLimits } from './plugins/use-rate-limits.js';
import { useReadPlaces } from './plugins/use-read-places.js';
import { useReadableParameters } from './plugins/use-readable-parameters.js';
import { useSharedSubscriptions } from './plugins/use-shared-subscriptions.js';
import { useTracing } from './plugins/use-tracing.js';
import { useTrustedDocuments } from './plugins/use-trusted-documents.js';
import { useUnavailableStatus } from './plugins/use-unavailable-status.js';
import { useUnbufferedStreams } from './plugins/use-unbuffered-streams.js';
import { useWellFormedStrings } from './plugins/use-well-formed-strings.js';
import type { RateLimits } from './rate-limits.js';
import type { ReadBody } from './request-body.js';
import { currentRequestId, readAs } from './request-scope.js';
import type { TrustedDocuments } from './trusted-documents.js';

export type PipelineOptions = {
  authenticate: AuthenticateFrom;
  exhausted: Pick<ExhaustedCredentials, 'remember'>;
  record: RecordOperation;
  /** Called with how long each operation took that had no error, in milliseconds. */
  onDuration: OnDuration;
  trustedDocuments: TrustedDocuments;
  rateLimits: RateLimits;
  /** Where queries are read. */
  places: ReadPlaces;
  /** How often a quiet subscription over HTTP gets a cursor. */
  quietMs: number;
};

/**
 * What is known before a context exists: the address, and the session of a socket and what takes over its subscriptions, or
 * then the viewer of an HTTP request.
 */
export type ServerContext = Executed & {
  session?: Session;
  feed?: Context['feed'];
  address?: string;
  readBody?: ReadBody;
  viewer?: Viewer;
  rateLimit?: Context['rateLimit'];
};

export type Pipeline = ReturnType<typeof createPipeline>;

/** Creates the pipeline that every operation goes through, over HTTP and over WebSocket. */
export function createPipeline(
  services: Services,
  { authenticate, exhausted, record, onDuration, trustedDocuments, rateLimits, places, quietMs }: PipelineOptions,
) {
  const maskError = createErrorMask(services.log);
  const { maxResponseBytes } = services.config;
  return createYoga<ServerContext, Context>({
    schema,
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    multipart: false,
    // The body is read, and limited, before it becomes a stream.
    maxRequestBodySize: false,
    // Instead of this one, which counts documents, not what they weigh, and keeps refused ones too.
    parserAndValidationCache: false,
    // Takes `documentId`, and no other parameter that GraphQL over HTTP does not have.
    extraParamNames: ['documentId'],
    maskedErrors: { maskError },
    graphiql: false,
    // The server sets the headers itself, also on what does not come from here.
    cors: false,
    plugins: [
      useUnbufferedStreams(),
      useUnavailableStatus(),
      useContentNegotiation(),
      useOperationRecord(record, onDuration),
      useAuthentication(authenticate),
      useRateLimits(rateLimits, exhausted, services.clock),
      useExactNumbers(),
      useReadableParameters(),
      useOptionalName(),
      useTrustedDocuments(trustedDocuments),
      useWellFormedStrings(),
      useDocumentLimits(),
      useDocumentCache(trustedDocuments.texts),
      useIdempotencyKey(),
      useOperationLimits(rateLimits),
      usePlainExecution(),
      useEventCursor(),
      useReadPlaces({ places, metrics: services.metrics }),
      useSharedSubscriptions({ services, quietMs, maskError }),
      useTracing(services.tracing),
    ],
    context: ({ request, session, feed, viewer = session?.viewer, address, rateLimit = { usage: null } }) => {
      if (!viewer) throw new Error('The request was not authenticated.');
      readAs(viewer);
      return createContext(services, {
        viewer,
        actsFor: new Set(),
        session: session ?? null,
        feed,
        requestId: currentRequestId(),
        clientAddress: address === 'unknown' ? null : (address ?? null),
        idempotencyKey: session ? null : request.headers.get('idempotency-key'),
        budget: createBudget(maxResponseBytes),
        scope: new Map(),
        failures: new Set(),
        rateLimit,
      });
    },
  });
}
