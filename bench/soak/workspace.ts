import { z } from 'zod';
import { createPost, dataOf, type Post } from './client.js';
import type { BuiltServer } from './server.js';

/** A workspace with agents, conversations, and contacts that attack. */
export type SoakWorkspace = {
  url: string;
  /** The tokens of the agents. */
  agents: string[];
  conversationIds: string[];
  attackers: Attacker[];
};

/** A contact with a conversation of its own, the weakest caller that there is. */
export type Attacker = { token: string; conversationId: string };

const CONVERSATIONS = 100;
const MESSAGES = 10;
const LONG_TEXT = 'The parcel has not come. '.repeat(600);

const made = z.object({ id: z.string() });

/** Fills a new workspace. */
export async function fillWorkspace(server: BuiltServer, agents: number, attackers: number): Promise<SoakWorkspace> {
  const key = await server.newWorkspace();
  const post = createPost(server.url);
  const channelId = await make(post, key, 'createChannel', 'channel', { name: 'Website', type: 'WEBCHAT' });
  const contact = (name: string) => make(post, key, 'createContact', 'contact', { name });
  const converse = async (contactId: string, texts: string[]) => {
    const id = await make(post, key, 'createConversation', 'conversation', { channelId, contactId });
    for (const text of texts) await sendMessage(post, key, id, text);
    return id;
  };
  return {
    url: server.url,
    agents: await each(agents, async (index) => {
      const input = { name: `Agent ${index}`, email: `agent-${index}@example.com`, role: 'AGENT' };
      return tokenOf(post, key, await make(post, key, 'createUser', 'user', input));
    }),
    conversationIds: await each(CONVERSATIONS, async (index) =>
      converse(
        await contact(`Customer ${index}`),
        Array.from({ length: MESSAGES }, (_, count) => `Where is parcel ${count}?`),
      ),
    ),
    attackers: await each(attackers, async (index) => {
      const id = await contact(`Attacker ${index}`);
      const conversationId = await converse(id, [LONG_TEXT, LONG_TEXT, LONG_TEXT]);
      return { token: await tokenOf(post, key, id), conversationId };
    }),
  };
}

async function each<T>(count: number, one: (index: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let index = 0; index < count; index += 1) all.push(await one(index));
  return all;
}

/** Creates something. Returns its id. */
async function make(post: Post, key: string, mutation: string, field: string, input: object): Promise<string> {
  const [first = '', ...rest] = mutation;
  const name = `${first.toUpperCase()}${rest.join('')}`;
  const query = `mutation ($input: ${name}Input!) { made: ${mutation}(input: $input) { ... on ${name}Payload { ${field} { id } } ... on Error { message } } }`;
  const { made: payload } = dataOf(await post(key, query, { input }));
  return z.record(z.string(), made).parse(payload)[field]?.id ?? '';
}

async function tokenOf(post: Post, key: string, actorId: string): Promise<string> {
  const query =
    'mutation ($actorId: ID!) { made: createSessionToken(input: { actorId: $actorId, expiresInSeconds: 3600 }) { ... on CreateSessionTokenPayload { token } ... on Error { message } } }';
  const { made: payload } = dataOf(await post(key, query, { actorId }));
  return z.object({ token: z.string() }).parse(payload).token;
}

const SEND =
  'mutation ($input: SendMessageInput!) { sent: sendMessage(input: $input) { ... on SendMessagePayload { messageEdge { node { id } } } ... on Error { message } } }';
const sentPayload = z.object({ messageEdge: z.object({ node: made }) });

/** Sends a message. Returns its id. */
async function sendMessage(post: Post, token: string, conversationId: string, text: string): Promise<string> {
  return sentId(await post(token, SEND, { input: { conversationId, text } }));
}

export function sentId(answer: Parameters<typeof dataOf>[0]): string {
  return sentPayload.parse(dataOf(answer).sent).messageEdge.node.id;
}

export { SEND };
