import { isObjectType } from 'graphql';
import type { Client } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallerKind } from '../../src/auth/permissions.js';
import { schema } from '../../src/graphql/schema.js';
import { EventCursorDocument, SendMessageDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { makeBot, makeContactConversation } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { viewerAs } from '../support/viewer.js';
import { connect, eventually, listen } from './support/listen.js';

const statements: string[] = [];
const parley = useParley({ onStatement: (sql) => statements.push(sql) });

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

const query = `subscription ($after: String) { events(after: $after) {
  id conversation { subject contact { name } } actor { name } ... on MessageAdded { message { text author { name } } } } }`;

/**
 * What a server asks by itself, once or twice for a message, depending on the moment: how far the logs are, what is new in
 * them, and whether keys still count.
 */
const ofTheServer = /^\s*SELECT\b[^;]*\bFROM "(EventHead"|ApiKey"|Event" WHERE\b)/;

/** The first round also opens the group. */
const ROUNDS = 6;

/** How many statements it takes at least to bring one message to some subscribers. */
async function statementsFor(
  workspace: TestWorkspace,
  subscribers: number,
  document = query,
  keys = [workspace.apiKey],
) {
  const { id } = await makeContactConversation(workspace);
  const eventCursor = await ask(workspace, EventCursorDocument, {});
  const heard = Array.from({ length: subscribers }, (_, index) => {
    const client = connect(parley.url, keys[index % keys.length] ?? workspace.apiKey);
    clients.push(client);
    return listen(client, document, { after: eventCursor });
  });
  const counts: number[] = [];
  for (let sent = 1; sent <= ROUNDS; sent += 1) {
    statements.length = 0;
    await workspace.run(SendMessageDocument, { input: { conversationId: id, text: `Message ${sent}` } });
    const results = await Promise.all(heard.map(({ until }) => until(sent)));
    counts.push(statements.filter((sql) => !ofTheServer.test(sql)).length);
    expect(new Set(results.map((list) => JSON.stringify(list[sent - 1]))).size).toBe(1);
  }
  return Math.min(...counts.slice(1));
}

describe('equal subscriptions', () => {
  it('take the same number of SQL statements for 1 as for 50', async () => {
    const alone = await statementsFor(await parley.newWorkspace(), 1);
    const many = await statementsFor(await parley.newWorkspace(), 50);
    expect(many).toBe(alone);
  });

  it('are distinguished by per-viewer fields, variables and visibility', async () => {
    const workspace = await parley.newWorkspace();
    const plain = 'subscription { events { id } }';
    const perViewer = 'subscription { events { conversation { unreadCount } } }';
    const { shareKey } = await import('../../src/graphql/events/share-key.js');
    const { parse } = await import('graphql');
    const viewer = (kind: CallerKind, id: string) => viewerAs(kind, workspace.id, id);
    const document = parse(plain);
    const key = (source = document, variableValues = {}, as = viewer('API_KEY', 'a')) =>
      shareKey({ schema, document: source, variableValues }, as);
    expect(key(document, {}, viewer('API_KEY', 'b'))).toBe(key());
    for (const kind of ['OWNER', 'ADMIN'] as const) expect(key(document, {}, viewer(kind, 'b'))).toBe(key());
    const apart = (['BOT', 'AGENT', 'READ_ONLY', 'CONTACT'] as const).flatMap((kind) =>
      ['b', 'c'].map((id) => key(document, {}, viewer(kind, id))),
    );
    expect(new Set([key(), ...apart]).size).toBe(9);
    const dependent = parse(perViewer);
    expect(key(dependent, {}, viewer('API_KEY', 'b'))).not.toBe(key(dependent));
    const resumable = parse(
      'subscription ($after: String, $types: [String!]) { events(after: $after, types: $types) { id } }',
    );
    expect(key(resumable, { after: 'x' })).toBe(key(resumable, { after: 'y' }));
    expect(key(resumable, { types: ['x'] })).not.toBe(key(resumable, { types: ['y'] }));
    const nested = parse(
      'subscription ($after: String) { events(after: $after) { conversation { events(after: $after) { totalCount } } } }',
    );
    expect(key(nested, { after: 'x' })).not.toBe(key(nested, { after: 'y' }));
    const below = parse(
      'subscription ($after: String) { events { conversation { events(after: $after) { totalCount } } } }',
    );
    expect(key(below, { after: 'x' })).not.toBe(key(below, { after: 'y' }));
    const inFragment = parse(
      'subscription ($after: String) { ...F } fragment F on Subscription { events(after: $after) { id } }',
    );
    expect(key(inFragment, { after: 'x' })).toBe(key(inFragment, { after: 'y' }));
  });

  it('depend on exactly the fields described as per viewer being marked so', () => {
    const marked: string[] = [];
    const described: string[] = [];
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        if (field.extensions.perViewer === true) marked.push(`${type.name}.${field.name}`);
        if (field.description?.startsWith('Per viewer')) described.push(`${type.name}.${field.name}`);
      }
    }
    expect(marked).toEqual(described);
    expect(marked).toContain('Conversation.unreadCount');
  });

  it('of a bot and a key are executed separately, and each gets its own view', async () => {
    const workspace = await parley.newWorkspace();
    const bot = await makeBot(workspace);
    await statementsFor(workspace, 4, query, [workspace.apiKey, bot.apiKey]);
  });
});

describe('a closed subscription', () => {
  it('leaves nothing behind, even after 2 000 of them', async () => {
    const workspace = await parley.newWorkspace();
    const client = connect(parley.url, workspace.apiKey);
    clients.push(client);
    const cycle = async () => {
      const heard = Array.from({ length: 50 }, () => listen(client, 'subscription { events { id } }', {}));
      for (const { stop } of heard) stop();
      await Promise.all(heard.map(({ ended }) => ended));
    };
    await cycle();
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    for (let round = 0; round < 40; round += 1) await cycle();
    const { fanOut, logFollower } = parley.live;
    await eventually(
      () => fanOut.size().subscribers === 0 && fanOut.size().groups === 0 && logFollower.size() === 0,
      'nothing left',
    );
    global.gc?.();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  }, 60_000);

  it('leaves nothing behind if its socket is cut', async () => {
    const workspace = await parley.newWorkspace();
    const client = connect(parley.url, workspace.apiKey);
    const heard = listen(client, 'subscription { events { id } }', {});
    await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the subscription');
    client.terminate();
    await heard.ended;
    await eventually(
      () => parley.live.fanOut.size().subscribers === 0 && parley.live.logFollower.size() === 0,
      'nothing left',
    );
  });
});
