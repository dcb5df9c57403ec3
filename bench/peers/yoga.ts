// GraphQL Yoga with graphql-ws and createPubSub, as their manuals connect them. Events come with everything that a
// subscription selects.
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { announce, bodyOf } from '../limit/serve.js';

type Event = { type: string; cursor: string; conversation: object; message: object };

const pubSub = createPubSub<{ events: [conversationId: string, event: Event] }>();

const schema = createSchema({
  typeDefs: `
    type Query { version: String }
    type Subscription { events(conversationId: ID): Event! }
    type Event { type: String! cursor: String! conversation: Conversation! message: Message! }
    type Conversation { id: ID! status: String! subject: String }
    type Message { text: String }
  `,
  resolvers: {
    Subscription: {
      events: {
        subscribe: (_root: unknown, { conversationId }: { conversationId?: string }) =>
          pubSub.subscribe('events', conversationId ?? ''),
        resolve: (event: Event) => event,
      },
    },
  },
});

const yoga = createYoga({ schema, graphiql: false, logging: false });
const http = createServer((request, response) => {
  if (request.url !== '/publish') return void yoga(request, response);
  bodyOf(request).then(
    (body) => {
      const { group, event } = JSON.parse(body);
      pubSub.publish('events', group, event);
      response.end('{"published":true}');
    },
    () => response.writeHead(400).end(),
  );
});

type Enveloped = ReturnType<typeof yoga.getEnveloped>;

/** What executes an operation, by its arguments. */
const envelopes = new WeakMap<object, Enveloped>();

function envelopeOf(args: object): Enveloped {
  const envelope = envelopes.get(args);
  if (!envelope) throw new Error('graphql-ws does not pass on the arguments of an operation.');
  return envelope;
}

useServer(
  {
    execute: (args) => envelopeOf(args).execute(args),
    subscribe: (args) => envelopeOf(args).subscribe(args),
    onSubscribe: async ({ extra }, _id, params) => {
      const envelope = yoga.getEnveloped({ req: extra.request, socket: extra.socket, params });
      const document = envelope.parse(params.query);
      const errors = envelope.validate(envelope.schema, document);
      if (errors.length > 0) return errors;
      const args = {
        schema: envelope.schema,
        document,
        operationName: params.operationName,
        variableValues: params.variables,
        contextValue: await envelope.contextFactory(),
      };
      envelopes.set(args, envelope);
      return args;
    },
  },
  new WebSocketServer({ server: http, path: '/graphql' }),
);
announce(http);
