import { describe, expect, it } from 'vitest';
import {
  ConversationHistoryDocument,
  EventCursorDocument,
  EventsDocument,
  type EventsQuery,
  SendMessageDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';

let statements: string[] = [];
const parley = useParley({ onStatement: (sql) => statements.push(sql) });

async function cursorOf(client: TestWorkspace): Promise<string> {
  return await ask(client, EventCursorDocument, {});
}

/** The pages of the log after a cursor, up to the last one. */
async function readFrom(client: TestWorkspace, after: string | null, first = 7) {
  const nodes: EventsQuery['events']['edges'][number]['node'][] = [];
  for (let cursor = after; ; ) {
    const events = await ask(client, EventsDocument, { after: cursor, first });
    expect(events.pageInfo.endCursor).toEqual(expect.any(String));
    nodes.push(...nodesOf(events));
    cursor = events.pageInfo.endCursor;
    if (!events.pageInfo.hasNextPage) return { nodes, cursor };
  }
}

const others = 'conversations { nodes { id contact { id } } } contacts { totalCount } users { nodes { id } }';

describe('eventCursor', () => {
  it.each([
    ['the last field', `{ ${others} eventCursor }`],
    ['an alias', `{ ${others} cursor: eventCursor }`],
    ['a field of an inline fragment', `{ ${others} ... { ... on Query { eventCursor } } }`],
    [
      'a field of a fragment of a fragment',
      `{ ${others} ...A } fragment A on Query { ...B } fragment B on Query { eventCursor }`,
    ],
    ['one of two operations', `query A { ${others} eventCursor }`],
  ])('is read before any other field if it is %s', async (_what, query) => {
    const workspace = await parley.newWorkspace();
    await makeConversation(workspace);
    for (let round = 0; round < 5; round += 1) {
      statements = [];
      expect((await workspace.post(query)).body.errors).toBeUndefined();
      const [authentication, head, ...rest] = statements;
      expect(authentication).toContain('"ApiKey"');
      expect(head).toContain('"EventHead"');
      expect(rest.length).toBeGreaterThan(2);
      expect(rest.filter((sql) => sql.includes('"EventHead"'))).toEqual([]);
    }
  });

  it('is not read by operations that do not select it', async () => {
    const workspace = await parley.newWorkspace();
    statements = [];
    await workspace.post(`{ ${others} } fragment Unused on Query { eventCursor }`);
    await workspace.post(`{ ${others} } `);
    expect(statements.filter((sql) => sql.includes('"EventHead"'))).toEqual([]);
  });

  it('is never newer than the data read with it, even during writes', async () => {
    const workspace = await parley.newWorkspace();
    const samples: { cursor: string; total: number }[] = [];
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let count = 0; count < 10; count += 1) await makeConversation(workspace);
      }),
    ).finally(() => {
      writing = false;
    });
    while (writing) {
      const { body } = await workspace.post<{ conversations: { totalCount: number }; eventCursor: string }>(
        '{ conversations { totalCount } eventCursor }',
      );
      if (body.data) samples.push({ cursor: body.data.eventCursor, total: body.data.conversations.totalCount });
    }
    await writers;
    expect(samples.length).toBeGreaterThan(3);
    for (const { cursor, total } of samples) {
      const { nodes } = await readFrom(workspace, cursor, 100);
      const later = nodes.filter(({ type }) => type === 'conversation.created').length;
      expect(total + later).toBeGreaterThanOrEqual(40);
    }
  });
});

describe('Query.events, polled', () => {
  it('returns every event once and in order while 8 clients write, and its endCursor is never null', async () => {
    const workspace = await parley.newWorkspace();
    const { id: conversationId } = await makeConversation(workspace);
    const start = await cursorOf(workspace);
    let writing = true;
    const writers = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let count = 0; count < 6; count += 1) {
          if (count % 2 === 0) await makeConversation(workspace, { subject: `${writer}` });
          else await succeed(workspace, SendMessageDocument, { conversationId, text: `${writer}` });
        }
      }),
    ).finally(() => {
      writing = false;
    });
    const seen: string[] = [];
    let cursor = start;
    for (let last = false; !last; ) {
      last = !writing;
      const page = await readFrom(workspace, cursor);
      seen.push(...page.nodes.map(({ id }) => id));
      cursor = page.cursor ?? '';
    }
    await writers;
    const log = await readFrom(workspace, start, 100);
    expect(seen).toEqual(log.nodes.map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThanOrEqual(48);
    const empty = await readFrom(workspace, cursor);
    expect(empty.nodes).toEqual([]);
    await makeConversation(workspace);
    expect((await readFrom(workspace, empty.cursor)).nodes.map(({ type }) => type)).toContain('conversation.created');
  });

  it('returns for an empty log a cursor before every later event', async () => {
    const workspace = await parley.newWorkspace();
    const { nodes, cursor } = await readFrom(workspace, null);
    expect(nodes).toEqual([]);
    expect(await cursorOf(workspace)).toBe(cursor);
    await makeConversation(workspace);
    expect((await readFrom(workspace, cursor)).nodes).toHaveLength((await readFrom(workspace, null)).nodes.length);
  });

  it('shares its cursors with the events of a conversation', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Hello' });
    const { nodes } = await readFrom(workspace, null);
    for (const [index, { cursor }] of nodes.entries()) {
      const conversation = await ask(workspace, ConversationHistoryDocument, { id, after: cursor });
      expect(nodesOf(conversation?.events)).toEqual(nodes.slice(index + 1));
    }
  });
});

describe('a cursor into an undone history', () => {
  const query = 'query ($after: String) { events(after: $after) { nodes { id } } }';

  async function expectExpired({ post }: TestWorkspace, after: string): Promise<void> {
    const { status, body } = await post(query, { after });
    expect(status).toBe(200);
    expect(body.data).toBeNull();
    expect(body.errors).toMatchObject([{ path: ['events'], extensions: { code: 'CURSOR_EXPIRED' } }]);
  }

  it('gets CURSOR_EXPIRED once a restore removed its event, even if another event took its position', async () => {
    const workspace = await parley.newWorkspace();
    const { prisma } = parley.database;
    const workspaceId = uuidOf(workspace.id);
    await makeConversation(workspace);
    const kept = await cursorOf(workspace);
    await makeConversation(workspace);
    const lost = await cursorOf(workspace);
    const after = await readFrom(workspace, kept);
    const undone = after.nodes.length;
    await prisma.$executeRaw`
      DELETE FROM "Event" e USING "EventHead" h WHERE e."workspaceId" = ${workspaceId}::uuid
        AND h."workspaceId" = e."workspaceId" AND e.position > h.position - ${undone}`;
    await prisma.$executeRaw`
      UPDATE "EventHead" h SET position = e.position, "eventId" = e.id
      FROM (SELECT * FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid ORDER BY position DESC LIMIT 1) e
      WHERE h."workspaceId" = e."workspaceId"`;
    await expectExpired(workspace, lost);
    expect((await readFrom(workspace, kept)).nodes).toEqual([]);
    await makeConversation(workspace);
    await expectExpired(workspace, lost);
    expect((await readFrom(workspace, kept)).nodes).toHaveLength(undone);
  });

  it('gets CURSOR_EXPIRED if the log was trimmed past it', async () => {
    const workspace = await parley.newWorkspace();
    await makeConversation(workspace);
    const old = await cursorOf(workspace);
    await makeConversation(workspace);
    const workspaceId = uuidOf(workspace.id);
    await parley.database.prisma.$executeRaw`
      DELETE FROM "Event" WHERE "workspaceId" = ${workspaceId}::uuid
        AND position < (SELECT position FROM "EventHead" WHERE "workspaceId" = ${workspaceId}::uuid)`;
    await expectExpired(workspace, old);
    expect((await readFrom(workspace, await cursorOf(workspace))).nodes).toEqual([]);
  });

  it('gets BAD_USER_INPUT if it was tampered with', async () => {
    const workspace = await parley.newWorkspace();
    await makeConversation(workspace);
    const cursor = await cursorOf(workspace);
    const [bytes, last] = [Buffer.from(cursor, 'base64url'), cursor.at(-1) === 'A' ? 'B' : 'A'];
    bytes.writeUInt8(bytes.readUInt8(10) ^ 1, 10);
    for (const after of [
      cursor.slice(0, -1) + last,
      `${cursor}A`,
      bytes.toString('base64url'),
      '',
      'x',
      cursor.toLowerCase(),
    ]) {
      const { body } = await workspace.post(query, { after });
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['after'] } }]);
    }
  });
});
