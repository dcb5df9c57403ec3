import { describe, expect, it } from 'vitest';
import { hashApiKey } from '../../src/auth/api-key.js';
import { decodeId } from '../../src/lib/ids.js';
import {
  CloseConversationDocument,
  DeleteConversationDocument,
  EventsDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useParley } from '../support/fixtures.js';
import { makeConversation } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { startParley, type TestWorkspace } from '../support/parley.js';
import { cursorOf, follow } from './support/follow.js';
import { undoHistory } from './support/history.js';
import { eventually } from './support/listen.js';
import { useWire } from './support/wire.js';

const parley = useParley({ quietMs: 200 });

const logOf = async (client: TestWorkspace, after: string) =>
  nodesOf(await ask(client, EventsDocument, { after, first: 100 })).map(({ id }) => id);

describe('the resuming client', () => {
  it('applies each event once and in order, however often its socket is cut', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await useWire(parley);
    const followed = follow(workspace, wire);
    await eventually(() => wire.received().includes('connection_ack'), 'the handshake');
    const [from = ''] = followed.readAgain;
    const { id } = await makeConversation(workspace);
    for (let count = 1; count <= 24; count += 1) {
      await succeed(workspace, SendMessageDocument, { conversationId: id, text: `${count}` });
      if (count % 4 !== 0) continue;
      // While it catches up, and while it is live.
      await eventually(() => wire.connections() > followed.breaks.length, 'the next connection');
      if (count % 8 === 0) await eventually(() => followed.events.length > count, 'what was missed');
      const before = followed.breaks.length;
      wire.cut();
      await eventually(() => followed.breaks.length > before, 'the break');
    }
    await eventually(() => followed.events.length >= 25, 'all events');
    await makeConversation(workspace);
    await eventually(() => followed.events.length >= 26, 'an event after the last break');
    expect(followed.events.map((event) => event.id)).toEqual(await logOf(workspace, from));
    expect(followed.readAgain).toEqual([from]);
    expect(followed.breaks.length).toBeGreaterThanOrEqual(6);
  });

  it('reloads if its cursor has expired, and continues from there', async () => {
    const workspace = await parley.newWorkspace();
    await makeConversation(workspace);
    const wire = await useWire(parley);
    const followed = follow(workspace, wire, { after: await cursorOf(workspace) });
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'an event');
    await undoHistory(parley, workspace);
    wire.cut();
    await eventually(() => followed.readAgain.length === 1, 'the reading');
    expect(followed.breaks).toContainEqual([expect.objectContaining({ extensions: { code: 'CURSOR_EXPIRED' } })]);
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 2, 'an event of the new history');
    expect(followed.readAgain.length).toBe(1);
  });

  it('reloads if an event cannot be read, and continues after it', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const after = await cursorOf(workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'unreadable' });
    await parley.database.prisma.$executeRaw`
      UPDATE "Event" SET payload = '{}' WHERE "conversationId" = ${decodeId('Conversation', id)}::uuid
        AND type = 'message.added'`;
    const followed = follow(workspace, await useWire(parley), {
      after,
      types: ['message.added', 'conversation.closed'],
    });
    await eventually(() => followed.readAgain.length === 1, 'the reading');
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await eventually(() => followed.events.length === 1, 'the next event');
    expect(followed.events.map(({ type }) => type)).toEqual(['conversation.closed']);
    expect(followed.readAgain.length).toBe(1);
  });

  it('continues from the cursor of a ping if no matching event has happened', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const wire = await useWire(parley);
    const followed = follow(workspace, wire, { after: await cursorOf(workspace), types: ['conversation.deleted'] });
    await eventually(() => wire.received().includes('"cursor"'), 'a first ping');
    await undoHistory(parley, workspace);
    await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'passed over' });
    const passed = await cursorOf(workspace);
    await eventually(() => wire.received().includes(passed), 'a ping');
    wire.cut();
    await eventually(() => followed.breaks.length > 0, 'the break');
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    await eventually(() => followed.events.length === 1, 'the event');
    expect(followed.readAgain).toEqual([]);
  });

  it('abandons a connection that died silently', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await useWire(parley);
    const followed = follow(workspace, wire, { after: await cursorOf(workspace) });
    await eventually(() => wire.received().includes('connection_ack'), 'the handshake');
    wire.freeze();
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'the event, over another connection');
    expect(followed.breaks).toEqual([expect.objectContaining({ code: 4499 })]);
  });

  it('continues at another process if its own stops', async () => {
    const stopping = await startParley();
    const workspace = await parley.newWorkspace();
    const wire = await useWire(stopping);
    const after = await cursorOf(workspace);
    const followed = follow(workspace, wire, { after });
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 1, 'an event');
    wire.forwardTo(parley.url);
    await stopping.stop();
    await makeConversation(workspace);
    await eventually(() => followed.events.length === 2, 'an event from the other process');
    expect(followed.breaks).toEqual([expect.objectContaining({ code: 1001 })]);
    expect(followed.events.map(({ id }) => id)).toEqual(await logOf(workspace, after));
  });

  it('waits for an unreachable server until it is stopped', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await useWire(parley);
    const after = await cursorOf(workspace);
    await wire.close();
    const followed = follow(workspace, wire, { after });
    await eventually(() => followed.breaks.length >= 2, 'two attempts');
    expect(followed.ends).toEqual([]);
    followed.stop();
    await eventually(() => followed.ends.length > 0, 'the end');
    expect(followed.ends).toEqual(['complete']);
  });

  it('ends if a retry cannot help, such as with a revoked key or an invalid argument', async () => {
    const workspace = await parley.newWorkspace();
    const wire = await useWire(parley);
    const wrong = follow(workspace, wire, { types: ['message.eaten'] });
    await eventually(() => wrong.ends.length > 0, 'the refusal');
    expect(JSON.stringify(wrong.ends)).toContain('BAD_USER_INPUT');
    const { events, ends } = follow(workspace, wire);
    await eventually(async () => {
      await makeConversation(workspace);
      return events.length > 0;
    }, 'an event');
    await parley.database.prisma.$executeRaw`
      UPDATE "ApiKey" SET "revokedAt" = now() WHERE hash = ${hashApiKey(workspace.apiKey)}`;
    await eventually(() => ends.length > 0, 'the close', 5_000);
    expect(ends).toEqual([expect.objectContaining({ code: 4403 })]);
  });
});
