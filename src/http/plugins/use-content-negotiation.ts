import { GraphQLError } from 'graphql';
import type { Plugin, YogaInitialContext } from 'graphql-yoga';
import type { Context } from '../../graphql/core/context.js';

const STREAM = ['text/event-stream'];
const RESULT = ['application/graphql-response+json', 'application/json', 'multipart/mixed'];

const NOTHING_ACCEPTABLE =
  'The Accept header names no type that this server can answer with. Send Accept: application/graphql-response+json ' +
  'or application/json, and text/event-stream for a subscription.';
const NO_STREAM =
  'A subscription over HTTP is answered as text/event-stream. Send Accept: text/event-stream, or subscribe over a ' +
  'WebSocket with the subprotocol graphql-transport-ws.';
const NOT_JSON = 'Send the operation as JSON, with Content-Type: application/json.';

/** Over a socket there is no request. */
type SubscribeContext = Context & Partial<Pick<YogaInitialContext, 'request'>>;

/**
 * Refuses a request whose answer would have no type that the client accepts (HTTP 406), and one whose body has a type
 * that is not understood (HTTP 415), before anything is executed: a mutation whose result cannot be sent must not take
 * place, and a subscription must not go on without a reader. Source: RFC 9110, sections 15.5.7 and 15.5.16.
 */
export function useContentNegotiation(): Plugin<Context> {
  return {
    onRequestParse: ({ request, requestParser, endResponse, fetchAPI }) => {
      const refusal = !accepts(request, [...STREAM, ...RESULT])
        ? { status: 406, message: NOTHING_ACCEPTABLE, code: 'NOT_ACCEPTABLE' }
        : requestParser || request.method !== 'POST'
          ? null
          : { status: 415, message: NOT_JSON, code: 'UNSUPPORTED_MEDIA_TYPE' };
      if (!refusal) return;
      const { status, message, code } = refusal;
      const headers = { 'content-type': 'application/graphql-response+json; charset=utf-8' };
      endResponse(
        new fetchAPI.Response(JSON.stringify({ errors: [{ message, extensions: { code } }] }), { status, headers }),
      );
    },
    onSubscribe: ({ args, setResultAndStopExecution }) => {
      const { request }: SubscribeContext = args.contextValue;
      if (!request || accepts(request, STREAM)) return;
      const extensions = { code: 'NOT_ACCEPTABLE', http: { status: 406 } };
      setResultAndStopExecution({ errors: [new GraphQLError(NO_STREAM, { extensions })] });
    },
  };
}

/** Whether a request accepts one of the types; without the header it accepts all. */
function accepts({ headers }: Request, types: readonly string[]): boolean {
  const ranges = (headers.get('accept') || '*/*').toLowerCase().split(',');
  return ranges.some((range) => {
    const [wanted = ''] = range.replace(/\s/g, '').split(';');
    return types.some((type) => wanted === '*/*' || wanted === type || wanted === type.replace(/\/.*/, '/*'));
  });
}
