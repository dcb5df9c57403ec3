import { beforeEach, describe, expect, it } from 'vitest';
import { SendMessageDocument } from '../../generated/operations.js';
import { failWith } from '../../support/act.js';
import { messagesOf, participantsOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeContactConversation, makeUser } from '../../support/make.js';

let conversationId: string;
const parley = useParley();
const workspace = useFreshWorkspace(parley);
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
});

const typesOf = async () => (await eventsOf(workspace, conversationId)).map(({ type }) => type);

describe('sendMessage', () => {
  it('stores the text as given, and the same in content', async () => {
    const message = await say(workspace, conversationId, { text: '  Hello\n', metadata: { source: 'app' } });
    expect(message).toMatchObject({
      seq: 1,
      text: '  Hello\n',
      content: { type: 'text', text: '  Hello\n' },
      metadata: { source: 'app' },
      externalId: null,
      clientMessageId: null,
      errorMessage: null,
      conversation: { id: conversationId, messageCount: 1 },
    });
  });

  it('stores content completely and takes the text from it if it has one', async () => {
    const image = { type: 'image', url: 'https://example.com/a.png', nested: [1, { deep: null }] };
    expect(await say(workspace, conversationId, { content: image })).toMatchObject({ text: null, content: image });
    const captioned = { type: 'image', url: image.url, text: 'A cat' };
    expect(await say(workspace, conversationId, { content: captioned })).toMatchObject({ text: 'A cat' });
    const message = await say(workspace, conversationId, { content: captioned, text: 'Look' });
    expect(message).toMatchObject({ text: 'Look', content: captioned });
  });

  it('lets a user join once by sending, logged before the message', async () => {
    const user = await makeUser(workspace);
    await say(workspace, conversationId, { text: 'One', authorId: user.id });
    await say(workspace, conversationId, { text: 'Two', authorId: user.id });
    expect((await typesOf()).slice(-3)).toEqual(['participant.joined', 'message.added', 'message.added']);
    const mine = (await participantsOf(workspace, conversationId)).filter(({ actor }) => actor.id === user.id);
    expect(mine).toMatchObject([{ role: 'AGENT', leftAt: null, lastReadSeq: 2 }]);
  });

  it('never lets a key join', async () => {
    await say(workspace, conversationId, { text: 'Hello' });
    const before = await participantsOf(workspace, conversationId);
    expect(before.map(({ role }) => role)).toEqual(['CUSTOMER']);
  });

  it('advances updatedAt and lastInteractionAt but not version, and logs the author', async () => {
    const user = await makeUser(workspace);
    const before = await readConversation(workspace, conversationId);
    await say(workspace, conversationId, { text: 'Hello', authorId: user.id });
    const after = await readConversation(workspace, conversationId);
    expect(after.version).toBe(before.version);
    expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt));
    expect(after.lastInteractionAt).toBe(after.updatedAt);
    const last = (await eventsOf(workspace, conversationId)).at(-1);
    expect(last).toMatchObject({ __typename: 'MessageAdded', seq: 1, actor: { id: user.id } });
  });

  it('numbers 50 concurrent messages from 1 to 50 without a gap', async () => {
    const texts = Array.from({ length: 50 }, (_, index) => `Message ${index}`);
    const sent = await Promise.all(
      texts.map((text, index) =>
        say(workspace, conversationId, { text, direction: index % 2 === 0 ? 'INBOUND' : 'OUTBOUND' }),
      ),
    );
    const dense = Array.from({ length: 50 }, (_, index) => index + 1);
    expect(sent.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(dense);
    const { edges, totalCount } = await messagesOf(workspace, conversationId);
    expect(edges.map(({ node }) => node.seq)).toEqual(dense);
    expect(edges.map(({ node }) => node.text).sort()).toEqual([...texts].sort());
    expect(totalCount).toBe(50);
    expect((await readConversation(workspace, conversationId)).messageCount).toBe(50);
    const added = (await eventsOf(workspace, conversationId)).filter(({ type }) => type === 'message.added');
    expect(added.map((event) => ('seq' in event ? event.seq : null))).toEqual(dense);
  });

  it('answers the same for a conversation that does not exist and one of another workspace', async () => {
    const foreign = await makeContactConversation(await parley.newWorkspace());
    const attempt = async (id: string) => {
      const { id: named, ...rest } = await failWith(workspace, 'NotFoundError', SendMessageDocument, {
        conversationId: id,
        text: 'Hello',
      });
      expect(named).toBe(id);
      return rest;
    };
    expect(await attempt(foreign.id)).toEqual(await attempt(unknownId('Conversation')));
  });

  it('accepts text and content of 64 KB and refuses more', async () => {
    const text = 'é'.repeat(32 * 1024);
    expect((await say(workspace, conversationId, { text })).text).toBe(text);
    expect(
      (await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, text: `${text}!` })).issues,
    ).toMatchObject([{ path: ['text'] }]);
    const content = { blob: 'x'.repeat(64 * 1024 - '{"blob":""}'.length) };
    expect((await say(workspace, conversationId, { content })).content).toEqual(content);
    expect(
      (
        await failWith(workspace, 'ValidationError', SendMessageDocument, {
          conversationId,
          content: { blob: `${content.blob}x` },
        })
      ).issues,
    ).toMatchObject([{ path: ['content'] }]);
  });

  it.each([
    ['neither text nor content nor an upload', {}, 'text'],
    ['a text of spaces', { text: ' \n ' }, 'text'],
    ['a text that is null', { text: null }, 'text'],
    ['content without a field', { content: {} }, 'content'],
    ['an upload that there is not', { text: 'Hello', uploadKeys: ['a/b.png'] }, 'uploadKeys.0'],
    ['no more than an empty list of uploads', { uploadKeys: [] }, 'text'],
    ['metadata over 16 KB', { text: 'Hello', metadata: { a: 'x'.repeat(16 * 1024) } }, 'metadata'],
    ['a clientMessageId of 256 characters', { text: 'Hello', clientMessageId: 'x'.repeat(256) }, 'clientMessageId'],
    ['an empty externalId', { text: 'Hello', externalId: '' }, 'externalId'],
    ['an idempotency key of spaces', { text: 'Hello', idempotencyKey: '  ' }, 'idempotencyKey'],
  ])('refuses %s and writes nothing', async (_name, input, path) => {
    const before = await typesOf();
    expect(
      (await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, ...input })).issues,
    ).toMatchObject([{ path: path.split('.') }]);
    expect(await typesOf()).toEqual(before);
  });

  it.each([
    ['a NUL character', 'a\u0000b'],
    ['half of a surrogate pair', 'a\ud800'],
  ])('refuses %s in every string, naming its path, and writes nothing', async (_name, text) => {
    const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { __typename } }';
    const inputs = [{ text }, { text: 'Hello', clientMessageId: text }, { content: { deep: [text] } }];
    const paths = [['text'], ['clientMessageId'], ['content', 'deep', '0']];
    for (const [index, input] of inputs.entries()) {
      const { body } = await workspace.post(query, { input: { conversationId, ...input } });
      const path = ['input', ...(paths[index] ?? [])];
      expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path } }]);
    }
    expect((await readConversation(workspace, conversationId)).messageCount).toBe(0);
  });

  it.each(['conv_1', 'nonsense', ''])('refuses the malformed id %j', async (malformed) => {
    expect(
      (await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId: malformed, text: 'Hello' }))
        .issues,
    ).toMatchObject([{ path: ['conversationId'] }]);
  });
});
