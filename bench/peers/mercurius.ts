// Mercurius with JIT and batched loaders, and the schema and statements that one would write for these questions. Like
// Parley it looks up the API key of each request.
import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { GraphQLScalarType } from 'graphql';
import mercurius from 'mercurius';
import { type Caller, loaders, type Row, select } from './mercurius-loaders.js';
import { schema } from './mercurius-schema.js';

declare module 'mercurius' {
  interface MercuriusContext {
    workspaceId: string;
  }
}

const CONVERSATION = `*, coalesce("assigneeUserId", "assigneeBotId") AS "assigneeId",
  "inboundCount" - "deletedInbound" - ("teamReadInbound" - "teamReadDeleted") AS "unreadCount"`;

async function authenticate(authorization: string): Promise<Caller> {
  const hash = createHash('sha256').update(authorization.slice('Bearer '.length)).digest();
  const [key] = await select(
    `SELECT "workspaceId" FROM "ApiKey" WHERE hash = $1 AND "revokedAt" IS NULL
       AND ("expiresAt" IS NULL OR "expiresAt" > now())`,
    [hash],
  );
  if (!key) throw new Error('Unknown API key');
  return { workspaceId: String(key.workspaceId) };
}

const resolvers = {
  DateTime: new GraphQLScalarType({
    name: 'DateTime',
    serialize: (value) => (value instanceof Date ? value.toISOString() : value),
  }),
  Query: {
    conversations: (_root: unknown, { status, first }: { status: string; first: number }, { workspaceId }: Caller) =>
      select(
        `SELECT ${CONVERSATION} FROM "Conversation" WHERE "workspaceId" = $1 AND status = $2::"ConversationStatus"
         ORDER BY "updatedAt" DESC, id DESC LIMIT $3`,
        [workspaceId, status, first],
      ),
    conversation: async (_root: unknown, { id }: { id: string }, { workspaceId }: Caller): Promise<Row | null> => {
      const text = `SELECT ${CONVERSATION} FROM "Conversation" WHERE "workspaceId" = $1 AND id = $2`;
      return (await select(text, [workspaceId, id]))[0] ?? null;
    },
  },
};

const app = Fastify();
await app.register(mercurius, {
  schema,
  resolvers,
  loaders,
  jit: 1,
  context: (request) => authenticate(request.headers.authorization ?? ''),
});
const origin = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`The server listens on ${origin}\n`);
