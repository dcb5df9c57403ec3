import { beforeAll, describe, expect, it } from 'vitest';
import { CreateConversationDocument, MessagesDocument, SendMessageDocument } from '../../generated/operations.js';
import { act, ask, failWith } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

let conversationId: string;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  conversationId = (await makeConversation(workspace)).id;
});

const url = 'https://example.com/a.bin';
const many = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item);
const long = 'x'.repeat(256);

const reply = { id: 'yes', title: 'Yes' };
const replyButton = { type: 'reply', ...reply };
const urlButton = { type: 'url', title: 'Shop', url };
const callButton = { type: 'call', title: 'Call us', phone: '+49 30 123456' };
const template = { name: 'order_update', language: 'de' };

const taken: [content: Record<string, unknown>, text: string | null][] = [
  [{ type: 'text', text: 'Hello' }, 'Hello'],
  [{ type: 'text', text: 'Sure?', quickReplies: many(13, { id: 'x'.repeat(255), title: 'x'.repeat(255) }) }, 'Sure?'],
  [{ type: 'image', url }, null],
  [{ type: 'image', url, caption: 'A cat', filename: 'a.png', mimeType: 'image/png', width: 800 }, 'A cat'],
  [{ type: 'document', url: 'http://example.com/a.pdf', filename: 'a.pdf' }, null],
  [{ type: 'audio', url, seconds: 12.5 }, null],
  [{ type: 'video', url, caption: '' }, ''],
  [{ type: 'sticker', url, text: 'Said', caption: 'Shown' }, 'Said'],
  [{ type: 'location', latitude: -90, longitude: 180 }, null],
  [{ type: 'location', latitude: 52.5, longitude: 13.4, name: 'Office', address: 'Street 1' }, null],
  [{ type: 'contact', name: 'Ada' }, null],
  [{ type: 'contact', name: 'Ada', phone: '030 / 123', email: 'ada at home', company: { name: 'X' } }, null],
  [{ type: 'buttons', text: 'Choose', buttons: [replyButton, urlButton, callButton] }, 'Choose'],
  [{ type: 'buttons', text: 'Choose', buttons: many(10, { ...replyButton, icon: 'a' }) }, 'Choose'],
  [{ type: 'template', template }, null],
  [{ type: 'template', template: { ...template, components: [{ type: 'body', parameters: [1] }] } }, null],
  [{ payload: { nested: [null, { type: 'nothing' }] }, quickReplies: 'no list' }, null],
  [{ caption: 'A payload of its own' }, 'A payload of its own'],
];

/** What is wrong with a content, and the path below `content` that says so. */
const refused: [content: Record<string, unknown>, path: string][] = [
  [{ type: 'poll', question: 'Why?' }, 'type'],
  [{ type: 'constructor' }, 'type'],
  [{ type: 'Text', text: 'Hello' }, 'type'],
  [{ type: null, text: 'Hello' }, 'type'],
  [{ type: ['text'], text: 'Hello' }, 'type'],
  [{ type: 'text' }, 'text'],
  [{ type: 'text', text: ' \n' }, 'text'],
  [{ type: 'text', text: 5 }, 'text'],
  [{ type: 'text', text: 'a', quickReplies: many(14, reply) }, 'quickReplies'],
  [{ type: 'text', text: 'a', quickReplies: reply }, 'quickReplies'],
  [{ type: 'text', text: 'a', quickReplies: [reply, 'no'] }, 'quickReplies.1'],
  [{ type: 'text', text: 'a', quickReplies: [{ id: 'yes' }] }, 'quickReplies.0.title'],
  [{ type: 'text', text: 'a', quickReplies: [{ ...reply, id: long }] }, 'quickReplies.0.id'],
  [{ type: 'text', text: 'a', quickReplies: [{ ...reply, title: long }] }, 'quickReplies.0.title'],
  ...['image', 'document', 'audio', 'video', 'sticker'].map((type): [Record<string, unknown>, string] => [
    { type },
    'url',
  ]),
  [{ type: 'image', url: 'javascript:alert(1)' }, 'url'],
  [{ type: 'image', url: '/a.png' }, 'url'],
  [{ type: 'image', url, caption: null }, 'caption'],
  [{ type: 'document', url, filename: long }, 'filename'],
  [{ type: 'document', url, mimeType: 7 }, 'mimeType'],
  [{ type: 'location', longitude: 1 }, 'latitude'],
  [{ type: 'location', latitude: 90.001, longitude: 1 }, 'latitude'],
  [{ type: 'location', latitude: '52', longitude: 1 }, 'latitude'],
  [{ type: 'location', latitude: 52, longitude: -180.5 }, 'longitude'],
  [{ type: 'location', latitude: 52, longitude: 1, name: '' }, 'name'],
  [{ type: 'contact', phone: '+4930123' }, 'name'],
  [{ type: 'contact', name: 'Ada', email: false }, 'email'],
  [{ type: 'buttons', text: 'a' }, 'buttons'],
  [{ type: 'buttons', buttons: [replyButton] }, 'text'],
  [{ type: 'buttons', text: 'a', buttons: [] }, 'buttons'],
  [{ type: 'buttons', text: 'a', buttons: many(11, replyButton) }, 'buttons'],
  [{ type: 'buttons', text: 'a', buttons: [{ ...replyButton, type: 'submit' }] }, 'buttons.0.type'],
  [{ type: 'buttons', text: 'a', buttons: [replyButton, { ...urlButton, url: 'ftp://x' }] }, 'buttons.1.url'],
  [{ type: 'buttons', text: 'a', buttons: [{ ...callButton, phone: undefined }] }, 'buttons.0.phone'],
  [{ type: 'template' }, 'template'],
  [{ type: 'template', template: { name: 'a' } }, 'template.language'],
  [{ type: 'template', template: { ...template, components: [1] } }, 'template.components.0'],
  [{ type: 'reaction', emoji: '👍' }, 'messageId'],
  [{ type: 'reaction', messageId: 'msg_1', emoji: '👍' }, 'messageId'],
  [{ type: 'reaction', messageId: unknownId('Message') }, 'emoji'],
  [{ type: 'reaction', messageId: unknownId('Message'), emoji: 'x'.repeat(33) }, 'emoji'],
];

describe('message content', () => {
  it.each(taken)('is stored as given, such as %j', async (content, text) => {
    expect(await say(workspace, conversationId, { content })).toMatchObject({ content, text });
  });

  it.each(refused)('is refused in sendMessage without writing anything, such as %j', async (content, path) => {
    const before = (await eventsOf(workspace, conversationId)).length;
    const { issues } = await failWith(workspace, 'ValidationError', SendMessageDocument, { conversationId, content });
    expect(issues.map((issue) => issue.path.join('.'))).toEqual([`content.${path}`]);
    expect(await eventsOf(workspace, conversationId)).toHaveLength(before);
  });

  it('is validated in createConversation too', async () => {
    const create = async (content: Record<string, unknown>) =>
      await act(workspace, CreateConversationDocument, { message: { content } });
    const { issues } = expectType(await create({ type: 'location', latitude: 91, longitude: 0 }), 'ValidationError');
    expect(issues).toMatchObject([{ path: ['message', 'content', 'latitude'] }]);
    const made = expectType(await create({ type: 'image', url, caption: 'First' }), 'CreateConversationPayload');
    const conversation = await ask(workspace, MessagesDocument, { conversationId: made.conversation.id });
    expect(conversation?.messages.edges).toMatchObject([{ node: { text: 'First' } }]);
  });
});

describe('a reaction', () => {
  const react = (id: string, messageId: string, emoji = '👍') =>
    act(workspace, SendMessageDocument, { conversationId: id, content: { type: 'reaction', messageId, emoji } });

  it('reacts to a message of the same conversation, and is removed by an empty emoji', async () => {
    const { id } = await say(workspace, conversationId, { text: 'Good?' });
    for (const emoji of ['👍', 'x'.repeat(32), '']) {
      const {
        messageEdge: { node: message },
      } = expectType(await react(conversationId, id, emoji), 'SendMessagePayload');
      expect(message).toMatchObject({ text: null, content: { type: 'reaction', messageId: id, emoji } });
    }
  });

  it('returns the same error for a message of another conversation, of another workspace or a nonexistent one', async () => {
    const elsewhere = await parley.newWorkspace();
    const foreign = await say(elsewhere, (await makeConversation(elsewhere)).id, { text: 'Hello' });
    const other = await say(workspace, (await makeConversation(workspace)).id, { text: 'Hello' });
    for (const messageId of [foreign.id, other.id, unknownId('Message')]) {
      const { message, id } = expectType(await react(conversationId, messageId), 'NotFoundError');
      expect(id).toBe(messageId);
      expect(message).toBe('No such message. Check the id and the workspace of your key or token.');
    }
  });
});
