import { encodeId } from '../../src/lib/ids.js';
import type { Work } from '../harness/bench.js';
import { type Contestant, latest, limit, parley, runtimes } from '../harness/contestants.js';
import { withClient } from '../harness/database.js';
import { type Request, send as sendRequest } from '../harness/load.js';
import { type Target, targetOf } from '../harness/results.js';
import { alternate, operationMeasures, THROUGHPUT } from '../harness/rounds.js';
import { assertSame } from '../harness/same-answer.js';
import { inTurn, type Scene } from '../harness/scene.js';
import { cpuTo } from './targets.js';

const CONNECTIONS = 20;
const TEXT = 'Your parcel has left the depot, and comes tomorrow between nine and noon.';

const SEND = `mutation Send($input: SendMessageInput!) {
  sendMessage(input: $input) {
    __typename
    ... on SendMessagePayload { messageEdge { node { id seq } } }
    ... on Error { code }
  }
}`;

/** Requests that send a message to each of some conversations in turn. */
export function sends({ kind }: Contestant, scene: Scene, keyId: string, conversations: string[]): () => Request {
  const nextConversation = inTurn(conversations);
  const nextKey = inTurn(scene.apiKeys);
  return () => {
    const conversationId = nextConversation();
    if (kind === 'Limit') {
      const body = JSON.stringify({ workspaceId: scene.workspaceId, keyId, conversationId, text: TEXT });
      return { path: '/send', body, contains: '"seq"' };
    }
    const input = { conversationId: encodeId('Conversation', conversationId), text: TEXT };
    return {
      path: '/graphql',
      headers: { authorization: `Bearer ${nextKey()}` },
      body: JSON.stringify({ query: SEND, variables: { input } }),
      contains: '"seq"',
    };
  };
}

/** An API key to send as. */
export async function keyIn(url: string): Promise<string> {
  const { rows } = await withClient(url, (client) => client.query('SELECT id FROM "ApiKey" ORDER BY id LIMIT 1'));
  return rows[0]?.id;
}

const contestants = [...runtimes.map(parley), ...runtimes.map(limit)];

export const send: Work = {
  name: 'send',
  run: async (bench) => {
    const { url, scene } = bench.database;
    const keyId = await keyIn(url);
    const written: { from: string; answer: unknown }[] = [];
    for (const contestant of contestants) {
      const server = await bench.server(contestant);
      const request = sends(contestant, scene, keyId, scene.openConversations)();
      await sendRequest(server.url, request);
      written.push({ from: contestant.name, answer: await newestRows(url, scene.openConversations[0] ?? '') });
    }
    assertSame('send', written);
    const entries = contestants.map((contestant) => ({
      contestant,
      next: sends(contestant, scene, keyId, scene.openConversations),
    }));
    const rows = await alternate(bench, 'send', entries, CONNECTIONS);
    const throughput: Target = targetOf(
      rows,
      [THROUGHPUT, `Parley, ${latest.name}`, `limit, ${latest.name}`],
      'more',
      0.6,
    );
    return {
      work: 'send',
      title: 'sendMessage; the limit writes the same rows in one transaction of bare statements',
      measures: [...operationMeasures],
      rows,
      targets: [cpuTo(rows, 'limit', 2), throughput],
      notes: [`${CONNECTIONS} connections, ${scene.openConversations.length} conversations in turn.`],
    };
  },
};

/** What the last message has left in the database, without ids, times and counters. */
async function newestRows(url: string, conversationId: string): Promise<unknown> {
  const { rows } = await withClient(url, (client) =>
    client.query(
      `SELECT m.direction, m."authorType", m.text, m.content, m.status, m.metadata, m."channelId", m."inboundSeq",
         m.seq = c."messageCount" AS counted, m.seq = c."teamReadSeq" AS "teamRead", m.seq = r.seq AS read,
         m."createdAt" = c."lastMessageAt" AND m."createdAt" = c."updatedAt" AS dated, c.version,
         e.type, (e.payload->>'seq')::int = m.seq AS logged, e."contactId" = c."contactId" AS subject,
         e.position = h.position AND e.id = h."eventId" AS head
       FROM "Message" m JOIN "Conversation" c ON c."workspaceId" = m."workspaceId" AND c.id = m."conversationId"
       JOIN "Event" e ON e."workspaceId" = m."workspaceId" AND e.payload->>'messageId' = m.id::text
       JOIN "EventHead" h ON h."workspaceId" = m."workspaceId"
       JOIN "ReadPosition" r ON r."workspaceId" = m."workspaceId" AND r."conversationId" = c.id AND r."actorId" = m."authorId"
       WHERE m."conversationId" = $1 ORDER BY m.seq DESC LIMIT 1`,
      [conversationId],
    ),
  );
  return rows;
}
