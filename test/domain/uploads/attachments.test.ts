import { beforeEach, describe, expect, it } from 'vitest';
import {
  CreateConversationDocument,
  CreateUploadDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
  NodeDocument,
  NodesDocument,
  SendMessageDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { messagesOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';
import { signInAs } from '../../support/token.js';
import { readMessage, rewrite } from '../messages/support/messages.js';
import { attachmentsOf, put, upload } from './support/upload.js';

let statements: string[] = [];
const parley = useParley({ onStatement: (sql) => statements.push(sql) });
const workspace = useFreshWorkspace(parley);
let conversationId: string;
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

const uploadMany = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => upload(workspace, `file ${index}`)));
const keysOf = async (messageId: string) => (await attachmentsOf(workspace, messageId)).map(({ key }) => key);

/** Expects that a message with these keys is refused because of one of them, and that nothing is written. */
async function expectRefusal(uploadKeys: string[], path: string, message: RegExp | string) {
  const before = await eventsOf(workspace, conversationId);
  expect(
    (await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, text: 'Hello', uploadKeys }))
      .issues,
  ).toEqual([{ path: path.split('.'), message: expect.stringMatching(message) }]);
  expect(await eventsOf(workspace, conversationId)).toEqual(before);
}

describe('a message with uploads', () => {
  it('has them as attachments in the order of its keys', async () => {
    const keys = (await uploadMany(10)).toReversed();
    const message = await say(workspace, conversationId, { text: 'See these', uploadKeys: keys });
    const attachments = await attachmentsOf(workspace, message.id);
    expect(attachments.map(({ key }) => key)).toEqual(keys);
    expect(attachments[0]).toMatchObject({ contentType: 'text/plain', sizeBytes: 6, filename: null });
    const texts = await Promise.all(attachments.map(async ({ url }) => (await fetch(url)).text()));
    expect(texts).toEqual(Array.from({ length: 10 }, (_, index) => `file ${9 - index}`));
  });

  it('needs neither text nor content, and can get a text later', async () => {
    const [key = ''] = await uploadMany(1);
    const message = await say(workspace, conversationId, { uploadKeys: [key] });
    expect(message).toMatchObject({ text: null, content: {} });
    expect(await rewrite(workspace, message.id, { text: 'My order' })).toMatchObject({
      text: 'My order',
      content: { type: 'text', text: 'My order' },
    });
    expect(await keysOf(message.id)).toEqual([key]);
  });

  it('can start a conversation or be added to an existing one', async () => {
    const [first = '', second = ''] = await uploadMany(2);
    const { channel, contact } = await readConversation(workspace, conversationId);
    const input = { channelId: channel?.id ?? null, contactId: contact?.id ?? null, ifExists: 'RETURN' as const };
    await makeConversation(workspace, { ...input, message: { uploadKeys: [first] } });
    const begun = await makeConversation(workspace, { message: { uploadKeys: [second] } });
    for (const [id, key] of [
      [conversationId, first],
      [begun.id, second],
    ] as const) {
      const [message] = (await messagesOf(workspace, id)).edges;
      expect(await keysOf(message?.node.id ?? '')).toEqual([key]);
    }
    const again = await workspace.run(CreateConversationDocument, {
      input: { message: { uploadKeys: [second] } },
    });
    expect(expectType(again.createConversation, 'ValidationError').issues).toMatchObject([
      { path: ['message', 'uploadKeys', '0'] },
    ]);
  });

  it('shows the name and size of its files', async () => {
    const key = await upload(workspace, 'a,b\n', { extension: 'csv', sizeBytes: 4, filename: 'Liste Ä.csv' });
    const { id } = await say(workspace, conversationId, { uploadKeys: [key] });
    const [attachment] = await attachmentsOf(workspace, id);
    expect(attachment).toMatchObject({ contentType: 'text/csv', sizeBytes: 4, filename: 'Liste Ä.csv' });
    const node = await ask(workspace, NodeDocument, { id: attachment?.id ?? '' });
    expect(node).toEqual({ __typename: 'Attachment', id: attachment?.id });
  });

  it.each(['clientMessageId', 'externalId'])('is returned when sent again with the same %s', async (name) => {
    const keys = await uploadMany(2);
    const input = { text: 'Hello', uploadKeys: keys, [name]: 'm-1' };
    const first = await say(workspace, conversationId, input);
    expect((await say(workspace, conversationId, input)).id).toBe(first.id);
    const others = [keys.toReversed(), keys.slice(0, 1), [], [...keys, await upload(workspace)]];
    for (const uploadKeys of others) {
      await failWith(workspace, 'ConflictError', SendMessageDocument, { conversationId, ...input, uploadKeys });
    }
    await succeed(workspace, DeleteMessageDocument, { messageId: first.id });
    expect((await say(workspace, conversationId, input)).id).toBe(first.id);
  });

  it('is stored once for 20 concurrent requests with one idempotency key', async () => {
    const input = { uploadKeys: await uploadMany(2), idempotencyKey: 'once' };
    const sent = await Promise.all(Array.from({ length: 20 }, () => say(workspace, conversationId, input)));
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect((await readConversation(workspace, conversationId)).messageCount).toBe(1);
  });
});

describe('an upload', () => {
  it('belongs to one of ten messages that use it concurrently', async () => {
    const key = await upload(workspace);
    const others = await Promise.all(Array.from({ length: 10 }, () => makeConversation(workspace)));
    const answers = await Promise.all(
      others.map(({ id }) =>
        act(workspace, SendMessageDocument, { conversationId: id, text: 'Hello', uploadKeys: [key] }),
      ),
    );
    const sent = answers.flatMap((answer) =>
      answer.__typename === 'SendMessagePayload' ? [answer.messageEdge.node.id] : [],
    );
    expect(sent).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ValidationError')).toHaveLength(9);
    expect(await keysOf(sent[0] ?? '')).toEqual([key]);
  });

  it('belongs to one of many messages that use the same uploads in different orders concurrently', async () => {
    const keys = await uploadMany(6);
    const orders = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? keys : keys.toReversed()));
    const others = await Promise.all(orders.map(() => makeConversation(workspace)));
    const answers = await Promise.all(
      orders.map((uploadKeys, index) =>
        act(workspace, SendMessageDocument, { conversationId: others[index]?.id ?? '', text: 'Hello', uploadKeys }),
      ),
    );
    const sent = answers.filter(({ __typename }) => __typename === 'SendMessagePayload');
    expect([sent.length, answers.filter(({ __typename }) => __typename === 'ValidationError').length]).toEqual([1, 7]);
  });

  it('of another message is refused', async () => {
    const [used = '', free = ''] = await uploadMany(2);
    await say(workspace, conversationId, { uploadKeys: [used] });
    await expectRefusal([free, used], 'uploadKeys.1', /^Belongs to another message/);
    expect(await keysOf((await say(workspace, conversationId, { uploadKeys: [free] })).id)).toEqual([free]);
  });

  it('of another workspace, of nobody or of a deleted message gets the same refusal', async () => {
    const foreign = await upload(await parley.newWorkspace());
    const gone = await upload(workspace);
    await succeed(workspace, DeleteMessageDocument, {
      messageId: (await say(workspace, conversationId, { uploadKeys: [gone] })).id,
    });
    const unknown = `${'0'.repeat(32)}.txt`;
    for (const key of [foreign, unknown, gone, '../secret.txt', `${'0'.repeat(32)}.txt/..`, foreign.toUpperCase()]) {
      await expectRefusal([key], 'uploadKeys.0', /^Must be the key of an upload of this workspace\.$/);
    }
  });

  it('is refused until its file is stored', async () => {
    const created = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    await expectRefusal([created.key], 'uploadKeys.0', /^Is not stored yet/);
    await put(created, 'Hello');
    await say(workspace, conversationId, { uploadKeys: [created.key] });
  });

  it('can be named once, with at most nine others', async () => {
    const keys = await uploadMany(11);
    const [first = ''] = keys;
    await expectRefusal([first, first], 'uploadKeys', 'Must not contain a key twice.');
    await expectRefusal(keys, 'uploadKeys', 'Must have at most 10 keys.');
  });
});

describe('attachments', () => {
  it('are visible to those who can see the message', async () => {
    const owner = await makeUser(workspace);
    const bot = await makeBot(workspace);
    const { id } = await makeConversation(workspace, { ownerId: owner.id });
    const message = await say(workspace, id, { uploadKeys: await uploadMany(1) });
    const [attachment] = await attachmentsOf(workspace, message.id);
    const seenBy = async (client: TestWorkspace) => await ask(client, NodeDocument, { id: attachment?.id ?? '' });
    expect(await seenBy(workspace)).not.toBeNull();
    expect(await seenBy(parley.connect({ id: workspace.id, apiKey: bot.apiKey }))).toBeNull();
    expect(await seenBy(await parley.newWorkspace())).toBeNull();
  });

  it('can be sent and seen by contacts and agents, but not sent by callers that can only read', async () => {
    const contact = await signInAs(parley, workspace, 'CONTACT');
    const agent = await signInAs(parley, workspace, 'AGENT');
    const reader = await signInAs(parley, workspace, 'READ_ONLY');
    const { id } = await makeContactConversation(workspace, { contactId: contact.actorId });
    for (const sender of [contact, agent]) {
      const key = await upload(sender);
      const message = await say(sender, id, { uploadKeys: [key] });
      for (const viewer of [contact, agent, reader]) {
        const [attachment] = await attachmentsOf(viewer, message.id);
        expect(attachment).toMatchObject({ key, sizeBytes: 5 });
        expect((await fetch(attachment?.url ?? '')).status).toBe(200);
      }
    }
    await failWith(reader, 'ForbiddenError', CreateUploadDocument, { extension: 'txt' });
  });

  it('are deleted with their message and with their conversation', async () => {
    const message = await say(workspace, conversationId, { text: 'Hello', uploadKeys: await uploadMany(2) });
    const other = await say(workspace, conversationId, { text: 'Hello', uploadKeys: await uploadMany(2) });
    const ids = (await Promise.all([message, other].map(({ id }) => attachmentsOf(workspace, id)))).flat();
    await succeed(workspace, DeleteMessageDocument, { messageId: message.id });
    expect(await attachmentsOf(workspace, message.id)).toEqual([]);
    expect((await readMessage(workspace, message.id)).content).toEqual({});
    const nodes = async () =>
      (await ask(workspace, NodesDocument, { ids: ids.map(({ id }) => id) })).map((node) => node !== null);
    expect(await nodes()).toEqual([false, false, true, true]);
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    expect(await nodes()).toEqual([false, false, false, false]);
  });

  it('leave no file name behind when deleted', async () => {
    const input = { extension: 'txt', filename: 'Diagnosis of Carla.txt' };
    const [ofMessage, ofConversation] = [await upload(workspace, 'A', input), await upload(workspace, 'B', input)];
    const { id } = await say(workspace, conversationId, { uploadKeys: [ofMessage] });
    await say(workspace, conversationId, { uploadKeys: [ofConversation] });
    const names = async () => {
      const where = { key: { in: [ofMessage, ofConversation] } };
      return (await parley.database.prisma.upload.findMany({ where })).map(({ filename }) => filename);
    };
    expect(await names()).toEqual([input.filename, input.filename]);
    await succeed(workspace, DeleteMessageDocument, { messageId: id });
    await succeed(workspace, DeleteConversationDocument, { conversationId });
    expect(await names()).toEqual([null, null]);
  });

  it('take one SQL statement for 1 message as for 50', async () => {
    const query = `query ($id: ID!) {
      conversation(id: $id) { messages(last: 50) { nodes { attachments { id key url contentType sizeBytes filename } } } }
    }`;
    const count = async () => {
      await workspace.post('{ __typename }');
      statements = [];
      const { body } = await workspace.post(query, { id: conversationId });
      expect(body.errors).toBeUndefined();
      return statements.length;
    };
    await say(workspace, conversationId, { uploadKeys: await uploadMany(2) });
    const one = await count();
    for (let index = 1; index < 50; index += 1) {
      await say(workspace, conversationId, { uploadKeys: await uploadMany(1) });
    }
    // Authentication, the conversation, its messages and their attachments.
    expect([one, await count()]).toEqual([4, 4]);
  });
});
