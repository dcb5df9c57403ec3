import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  ConversationHistoryDocument,
  ConversationsDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  EventCursorDocument,
  EventsDocument,
  type EventsQuery,
  type EventsQueryVariables,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../generated/operations.js';
import { ask, failWith, succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { unknownId, uuidOf } from '../support/ids.js';
import { makeBot, makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import type { TestWorkspace } from '../support/parley.js';

const parley = useParley();
const secondServer = useParley({});

const rowsOf = ({ id }: TestWorkspace) =>
  parley.database.prisma.event.findMany({ where: { workspaceId: uuidOf(id) }, orderBy: { position: 'asc' } });

/** The rows that are events of conversations. */
const eventRowsOf = async (workspace: TestWorkspace) =>
  (await rowsOf(workspace)).filter(({ nodeId }) => nodeId === null);

const page = (client: TestWorkspace, variables: EventsQueryVariables = {}) => ask(client, EventsDocument, variables);

/** Reads the log to its end in pages of this size. */
async function readLog(workspace: TestWorkspace, first: number, after: string | null = null) {
  const nodes: EventsQuery['events']['edges'][number]['node'][] = [];
  for (let cursor = after, more = true; more; ) {
    const found: EventsQuery['events'] = await page(workspace, { first, after: cursor });
    nodes.push(...nodesOf(found));
    cursor = found.pageInfo.endCursor;
    more = found.pageInfo.hasNextPage;
  }
  return nodes;
}

/** Some events of several conversations. */
async function busy(workspace: TestWorkspace): Promise<void> {
  const user = await makeUser(workspace);
  for (let count = 0; count < 3; count += 1) {
    const { id } = await makeContactConversation(workspace, { message: { text: 'Hello', direction: 'INBOUND' } });
    await succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId: user.id });
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Hi', authorId: user.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
  }
}

describe('the event log', () => {
  it('is dense per workspace from 1, regardless of concurrent events in other workspaces', async () => {
    const workspaces = await Promise.all([parley.newWorkspace(), parley.newWorkspace()]);
    await Promise.all(workspaces.flatMap((workspace) => [busy(workspace), busy(secondServer.connect(workspace))]));
    for (const workspace of workspaces) {
      const rows = await rowsOf(workspace);
      expect(rows.map(({ position }) => Number(position))).toEqual(rows.map((_, index) => index + 1));
      const head = await parley.database.prisma.eventHead.findUniqueOrThrow({
        where: { workspaceId: uuidOf(workspace.id) },
      });
      expect(head).toMatchObject({ position: rows.at(-1)?.position, eventId: rows.at(-1)?.id });
    }
  });

  it('keeps the events of an action together and in order', async () => {
    const workspace = await parley.newWorkspace();
    await Promise.all(
      Array.from({ length: 12 }, () =>
        makeContactConversation(workspace, { message: { text: 'Hi', direction: 'INBOUND' } }),
      ),
    );
    const rows = await eventRowsOf(workspace);
    const types = ['conversation.created', 'participant.joined', 'message.added'];
    expect(rows.map(({ type }) => type)).toEqual(Array.from({ length: 12 }, () => types).flat());
    for (let index = 0; index < rows.length; index += 3) {
      expect(new Set(rows.slice(index, index + 3).map(({ conversationId }) => conversationId)).size).toBe(1);
    }
  });

  it('has no gap if an action was refused or changed nothing', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, { subject: 'x', externalId: 'taken' });
    await failWith(workspace, 'ConflictError', CreateConversationDocument, { externalId: 'taken' });
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, subject: 'x' });
    await failWith(workspace, 'ValidationError', UpdateConversationDocument, { conversationId: id, subject: '' });
    const assigneeId = unknownId('User');
    await failWith(workspace, 'NotFoundError', AssignConversationDocument, { conversationId: id, assigneeId });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await failWith(workspace, 'InvalidTransitionError', CloseConversationDocument, { conversationId: id });
    const rows = await rowsOf(workspace);
    expect(rows.map(({ position, type }) => [Number(position), type])).toEqual([
      [1, 'conversation.created'],
      [2, 'conversation.closed'],
    ]);
  });

  it('contains no message text and no contact data', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, {
      contact: { name: 'Secret Name', phone: '+4930123456', email: 'secret@example.com', metadata: { secret: 1 } },
      message: { text: 'secret text', direction: 'INBOUND', metadata: { secret: 2 } },
    });
    await succeed(workspace, SendMessageDocument, {
      conversationId: id,
      content: { type: 'image', url: 'https://example.com/secret', caption: 'secret' },
    });
    const rows = await rowsOf(workspace);
    expect(rows).toHaveLength(5);
    expect(JSON.stringify(rows.map(({ payload }) => payload))).not.toMatch(/secret|4930123456/i);
  });

  it('records contact and owner with each event, so that their access can be checked without other rows', async () => {
    const workspace = await parley.newWorkspace();
    const owner = await makeUser(workspace);
    const { id, contact } = await makeContactConversation(workspace, { ownerId: owner.id });
    await succeed(workspace, UpdateConversationDocument, { conversationId: id, priority: 'HIGH' });
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    for (const row of await eventRowsOf(workspace)) {
      expect(row).toMatchObject({
        conversationId: uuidOf(id),
        contactId: uuidOf(contact?.id ?? ''),
        ownerId: uuidOf(owner.id),
      });
    }
  });
});

describe('Query.events', () => {
  it('returns the whole log, oldest first, in pages of any size, and the cursor read up to', async () => {
    const workspace = await parley.newWorkspace();
    const start = await page(workspace);
    expect(nodesOf(start)).toEqual([]);
    expect(start.pageInfo.endCursor).toEqual(expect.any(String));
    await busy(workspace);
    const rows = await eventRowsOf(workspace);
    for (const first of [1, 4, 7, 100]) {
      const nodes = await readLog(workspace, first, first === 7 ? start.pageInfo.endCursor : null);
      expect(nodes.map(({ id }) => uuidOf(id))).toEqual(rows.map(({ id }) => id));
    }
    const { pageInfo } = await page(workspace, { first: 100 });
    const end = await page(workspace, { after: pageInfo.endCursor });
    expect(end).toMatchObject({ edges: [], pageInfo: { hasNextPage: false, endCursor: pageInfo.endCursor } });
    const eventCursor = await ask(workspace, EventCursorDocument, {});
    expect(eventCursor).toBe(pageInfo.endCursor);
  });

  it("continues from any event's cursor without a gap, even during writes", async () => {
    const workspace = await parley.newWorkspace();
    await busy(workspace);
    const before = await readLog(workspace, 100);
    const writing = Promise.all([busy(workspace), busy(secondServer.connect(workspace))]);
    const seen = [...before];
    for (let done = false; !done; ) {
      done = await Promise.race([writing.then(() => true), page(workspace, { first: 1 }).then(() => false)]);
      seen.push(...(await readLog(workspace, 5, seen.at(-1)?.cursor)));
    }
    expect(seen.map(({ id }) => uuidOf(id))).toEqual((await eventRowsOf(workspace)).map(({ id }) => id));
    const middle = before[5];
    expect(nodesOf(await page(workspace, { after: middle?.cursor, first: 1 }))[0]?.id).toBe(before[6]?.id);
  });

  it('gives each event the same cursor everywhere', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const [event] = nodesOf(await page(workspace));
    const conversation = await ask(workspace, ConversationHistoryDocument, { id });
    expect(nodesOf(conversation?.events).map(({ cursor }) => cursor)).toEqual([event?.cursor]);
    const edges = '{ conversation(id: $id) { events(last: 1) { edges { cursor } } } }';
    const { body } = await workspace.post(`query($id: ID!) ${edges}`, { id });
    expect(body.data).toEqual({ conversation: { events: { edges: [{ cursor: event?.cursor }] } } });
  });

  it("returns to a bot's key only the events of conversations it may see", async () => {
    const workspace = await parley.newWorkspace();
    const bot = await makeBot(workspace);
    const asBot = parley.connect({ ...workspace, apiKey: bot.apiKey });
    const owner = await makeUser(workspace);
    const seen = await makeConversation(workspace);
    const hidden = await makeConversation(workspace, { ownerId: owner.id });
    const nodes = await readLog(asBot, 1);
    expect(new Set(nodes.map(({ conversationId }) => conversationId))).toEqual(new Set([seen.id]));
    expect((await readLog(workspace, 1)).some(({ conversationId }) => conversationId === hidden.id)).toBe(true);
  });

  it('refuses invalid page arguments and a cursor that is malformed, of another list or of another workspace', async () => {
    const [workspace, elsewhere] = [await parley.newWorkspace(), await parley.newWorkspace()];
    await makeConversation(workspace);
    await makeConversation(elsewhere);
    const foreign = (await page(elsewhere)).pageInfo.endCursor;
    const conversations = await ask(workspace, ConversationsDocument, {});
    const cases = [
      ['after', { after: foreign }],
      ['after', { after: conversations.edges[0]?.cursor }],
      ['after', { after: 'x' }],
      ['after', { after: '' }],
      ['first', { first: 0 }],
      ['first', { first: 101 }],
    ] as const;
    for (const [path, variables] of cases) {
      const query = 'query($after: String, $first: Int) { events(after: $after, first: $first) { totalCount } }';
      const { body } = await workspace.post(query, variables);
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: [path] } }]);
    }
  });
});
