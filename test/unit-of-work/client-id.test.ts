import { UUID, uuidv4 } from 'uuidv7';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeId } from '../../src/lib/ids.js';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  CreateContactDocument,
  CreateConversationDocument,
  CreateProspectDocument,
  SendMessageDocument,
} from '../generated/operations.js';
import { act, issuePaths, succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { testClock } from '../support/clock.js';
import { messagesOf, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { signIn } from '../support/token.js';
import { digestRows } from '../support/workspace-rows.js';
import { eventsAfter } from './support/cursors.js';

const clock = testClock('2026-03-01T12:00:00.000Z');
const parley = useParley({ clock: clock.now });
const workspace = useFreshWorkspace(parley);

const DAY_MS = 24 * 60 * 60 * 1000;
const types = ['Conversation', 'Message', 'Contact', 'Prospect'] as const;
type Type = (typeof types)[number];

let made = 0;
/** The id that a client makes at a time, by default the current one. */
function makeId(type: Type, at = clock.now().getTime()): string {
  made += 1;
  return encodeId(type, UUID.fromFieldsV7(at, 1, 2, made).toString());
}

type Outcome = { answer: { __typename: string }; id: string | undefined };
type Client = Pick<TestWorkspace, 'run'>;

/** Creates a row of a type; another label means another input. */
async function create(client: Client, type: Type, id: string, label = 'one', conversationId = ''): Promise<Outcome> {
  switch (type) {
    case 'Conversation': {
      const answer = await act(client, CreateConversationDocument, { id, subject: label, message: { text: label } });
      return { answer, id: 'conversation' in answer ? answer.conversation.id : undefined };
    }
    case 'Message': {
      const answer = await act(client, SendMessageDocument, { id, conversationId, text: label });
      return { answer, id: 'messageEdge' in answer ? answer.messageEdge.node.id : undefined };
    }
    case 'Contact': {
      const answer = await act(client, CreateContactDocument, { id, name: label });
      return { answer, id: 'contact' in answer ? answer.contact.id : undefined };
    }
    case 'Prospect': {
      const answer = await act(client, CreateProspectDocument, { id, name: label });
      return { answer, id: 'prospect' in answer ? answer.prospect.id : undefined };
    }
  }
}

describe.each(types)('the id that a client makes for a %s', (type) => {
  let conversationId: string;
  beforeEach(async () => {
    conversationId = (await makeConversation(workspace)).id;
  });
  const send = (id: string, label = 'one', client: Client = workspace) =>
    create(client, type, id, label, conversationId);

  it('is that of the new row, also when it is created again, and nothing is written then', async () => {
    const id = makeId(type);
    expect((await send(id)).id).toBe(id);
    const before = await digestRows(parley, workspace);
    clock.tick(40 * DAY_MS);
    expect((await send(id)).id).toBe(id);
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it('has one effect for concurrent requests', async () => {
    const id = makeId(type);
    const sent = await Promise.all(Array.from({ length: 20 }, () => send(id)));
    expect(new Set(sent.map((each) => each.id))).toEqual(new Set([id]));
    const created = (await eventsAfter(workspace)).filter((event) => event.type.match(/created|added/));
    // The conversation of the test is the first.
    expect(created.length - 1).toBe({ Conversation: 2, Message: 1, Contact: 0, Prospect: 0 }[type]);
  });

  it('is refused for another input or to another caller, and nothing is written', async () => {
    const id = makeId(type);
    await send(id);
    const colleague = await makeApiKey(parley, workspace);
    const before = await digestRows(parley, workspace);
    expect((await send(id, 'two')).answer.__typename).toBe('ConflictError');
    expect((await send(id, 'two', colleague)).answer.__typename).toBe('ConflictError');
    expect(await digestRows(parley, workspace)).toEqual(before);
  });

  it('goes to one of two callers', async () => {
    const id = makeId(type);
    const colleague = await makeApiKey(parley, workspace);
    const sent = await Promise.all(
      Array.from({ length: 10 }, (_, index) => (index % 2 ? send(id, 'one') : send(id, 'two', colleague))),
    );
    const names = sent.map(({ answer }) => answer.__typename).sort();
    const payload = type === 'Message' ? 'SendMessagePayload' : `Create${type}Payload`;
    expect(names).toEqual(
      [...Array.from({ length: 5 }, () => 'ConflictError'), ...Array.from({ length: 5 }, () => payload)].sort(),
    );
  });

  it('is free in another workspace, and after a failed request', async () => {
    const id = makeId(type);
    await send(id);
    const elsewhere = await parley.newWorkspace();
    const there = (await makeConversation(elsewhere)).id;
    expect((await create(elsewhere, type, id, 'one', there)).id).toBe(id);
    const another = makeId(type);
    expect((await send(another, 'x'.repeat(110_000))).answer.__typename).toBe('ValidationError');
    expect((await send(another)).id).toBe(another);
  });

  it('is refused if it is no recent UUIDv7 with the prefix of the type', async () => {
    const now = clock.now().getTime();
    const other = types[(types.indexOf(type) + 1) % types.length] ?? 'Message';
    const malformed = ['x', 'conv_1', makeId(type).toUpperCase(), makeId(other), encodeId(type, uuidv4())];
    const untimely = [makeId(type, now - 40 * DAY_MS - 1), makeId(type, now + DAY_MS + 1)];
    const rows = await digestRows(parley, workspace);
    for (const id of [...malformed, ...untimely]) {
      const { answer } = await send(id);
      expect(answer.__typename, id).toBe('ValidationError');
      expect(issuePaths(answer), id).toEqual(['id']);
      expect(JSON.stringify(answer)).toContain('a UUIDv7 in base 32, whose time is within the last 40 days');
    }
    expect(await digestRows(parley, workspace)).toEqual(rows);
    for (const id of [makeId(type, now - 40 * DAY_MS), makeId(type, now + DAY_MS)])
      expect((await send(id)).id).toBe(id);
  });
});

it('what was queued offline can be sent twice, with the same rows and events', async () => {
  const [contactId, conversationId, messageId] = [makeId('Contact'), makeId('Conversation'), makeId('Message')];
  const assigneeId = (await makeUser(workspace)).id;
  const queue = async () => {
    await succeed(workspace, CreateContactDocument, { id: contactId, name: 'Carla' });
    const { created } = await succeed(workspace, CreateConversationDocument, { id: conversationId, contactId });
    await say(workspace, conversationId, { id: messageId, text: 'Hello' });
    await succeed(workspace, AssignConversationDocument, { conversationId, assigneeId });
    return created;
  };
  expect(await queue()).toBe(true);
  const before = await digestRows(parley, workspace);
  expect(await queue()).toBe(false);
  expect(await digestRows(parley, workspace)).toEqual(before);
});

it('works together with idempotency keys, old and new', async () => {
  const input = { id: makeId('Conversation'), subject: 'Order' };
  const send = async (idempotencyKey: string) =>
    (await succeed(workspace, CreateConversationDocument, { ...input, idempotencyKey })).created;
  expect([await send(input.id), await send(input.id), await send('key-2')]).toEqual([true, true, false]);
});

it('belongs to something that was there already', async () => {
  const id = (await makeUser(workspace)).id.replace('user_', 'cont_');
  expect((await create(workspace, 'Contact', id)).answer.__typename).not.toBe('CreateContactPayload');
  const conversation = await makeConversation(workspace);
  expect((await create(workspace, 'Conversation', conversation.id)).answer.__typename).not.toBe(
    'CreateConversationPayload',
  );
});

it('finds the message of a customer that was routed to another conversation', async () => {
  const { id: conversationId, contact } = await makeContactConversation(workspace);
  await succeed(workspace, CloseConversationDocument, { conversationId });
  const customer = await signIn(parley, workspace, contact?.id ?? '');
  const id = makeId('Message');
  const sent = await Promise.all(Array.from({ length: 5 }, () => say(customer, conversationId, { id, text: 'Hello' })));
  for (const each of sent) expect(each).toEqual(sent[0]);
  expect(sent[0]?.id).toBe(id);
  expect(sent[0]?.conversation.id).not.toBe(conversationId);
});

it('of a message is refused in another conversation', async () => {
  const [one, other] = [await makeConversation(workspace), await makeConversation(workspace)];
  const id = makeId('Message');
  await say(workspace, one.id, { id, text: 'Hello' });
  const answer = await act(workspace, SendMessageDocument, { id, conversationId: other.id, text: 'Hello' });
  expect(answer.__typename).toBe('ConflictError');
  expect((await messagesOf(workspace, other.id)).edges).toEqual([]);
});
