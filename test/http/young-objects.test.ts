import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { createContact, run } from '../e2e/support/graphql.js';
import { HEAP_ON_SIGNAL, heapOf } from '../e2e/support/heap.js';
import { type Announcement, type Program, startServer } from '../e2e/support/program.js';
import {
  ContactsDocument,
  CreateConversationDocument,
  LiveEventsDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { useScratchDatabase } from '../support/scratch-database.js';

/** The first ones make the server compile what all of them use. */
const [FIRST, MEASURED] = [500, 300];
const TIMEOUT = { timeout: 120_000 };
const database = useScratchDatabase();
let server: Program & Announcement;
let sending: { input: { conversationId: string; text: string } };

beforeAll(async () => {
  const { prisma, close } = openDatabase({ url: database.url, poolSize: 1 });
  const { apiKey: key } = await createWorkspace(prisma, { name: 'Acme' }).finally(close);
  server = { ...(await startServer({ env: { DATABASE_URL: database.url, WORKER: 'off', ...HEAP_ON_SIGNAL } })), key };
  for (let count = 0; count < 20; count += 1) await createContact(server, `Contact ${count}`);
  const { createConversation } = await run(server, CreateConversationDocument, { input: {} });
  if (createConversation.__typename !== 'CreateConversationPayload') throw new Error(createConversation.__typename);
  sending = { input: { conversationId: createConversation.conversation.id, text: 'Hello' } };
}, TIMEOUT.timeout);
afterAll(async () => void (await server.stop()));

/** What an operation leaves among the old objects until these are collected, in kilobytes. */
async function leftBy<Result, Variables>(
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<number> {
  for (let count = 0; count < FIRST; count += 1) await run(server, document, variables);
  const { old } = await heapOf(server);
  for (let count = 0; count < MEASURED; count += 1) await run(server, document, variables);
  return ((await heapOf(server)).grownOld - old) / MEASURED / 1_000;
}

it('a query leaves nearly nothing among the old objects', TIMEOUT, async () => {
  // 2 to 5, and 75 where each statement or context is allocated among them.
  expect(await leftBy(ContactsDocument, { first: 20 })).toBeLessThan(20);
});

it('neither does a mutation, nor does the event that others get of it', TIMEOUT, async () => {
  const socket = connect(server.url, server.key ?? '');
  onTestFinished(() => socket.dispose());
  const heard = listen(socket, LiveEventsDocument, {});
  // 18, and 104 with all of both.
  expect(await leftBy(SendMessageDocument, sending)).toBeLessThan(40);
  expect(heard.results.length).toBeGreaterThan(MEASURED);
});
