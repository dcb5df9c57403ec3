import { expect, it } from 'vitest';
import {
  DeleteMessageDocument,
  EditMessageDocument,
  SendMessageDocument,
  UpdateMessageStatusDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { messagesOf, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContact, makeConversation } from '../../support/make.js';
import { signIn } from '../../support/token.js';

const parley = useParley();
const workspace = useWorkspace(parley);

it("every mutation of a message returns its edge, as it is among the conversation's messages", async () => {
  const conversationId = (await makeConversation(workspace)).id;
  await say(workspace, conversationId, { text: 'Before' });
  const sent = (await succeed(workspace, SendMessageDocument, { conversationId, text: 'Hello' })).messageEdge;
  await say(workspace, conversationId, { text: 'After' });
  const messageId = sent.node.id;
  const edges = [
    sent,
    (await succeed(workspace, UpdateMessageStatusDocument, { messageId, status: 'SENT' })).messageEdge,
    (await succeed(workspace, EditMessageDocument, { messageId, text: 'Hi' })).messageEdge,
    (await succeed(workspace, DeleteMessageDocument, { messageId })).messageEdge,
  ];
  const listed = (await messagesOf(workspace, conversationId)).edges[1];
  expect(listed?.node.id).toBe(messageId);
  expect(edges.map(({ cursor, node }) => [cursor, node.id])).toEqual(edges.map(() => [listed?.cursor, messageId]));
  expect(edges.map(({ node }) => [node.status, node.text])).toEqual([
    ['PENDING', 'Hello'],
    ['SENT', 'Hello'],
    ['SENT', 'Hi'],
    ['SENT', null],
  ]);
  const next = await messagesOf(workspace, conversationId, { first: 1, after: sent.cursor });
  expect(next.edges.map(({ node }) => node.text)).toEqual(['After']);
});

it('a contact gets the edge of its own message', async () => {
  const contact = await makeContact(workspace);
  const asContact = await signIn(parley, workspace, contact.id);
  const { id } = await makeConversation(workspace, { contactId: contact.id });
  const { cursor, node } = (await succeed(asContact, SendMessageDocument, { conversationId: id, text: 'Hello' }))
    .messageEdge;
  expect((await messagesOf(asContact, id)).edges).toMatchObject([{ cursor, node: { id: node.id, text: 'Hello' } }]);
});

it('the deprecated field `message` returns the same message', async () => {
  const { id } = await makeConversation(workspace);
  const { body } = await workspace.post<{ sendMessage: { message: { id: string }; messageEdge: unknown } }>(
    `mutation ($input: SendMessageInput!) {
      sendMessage(input: $input) { ... on SendMessagePayload { message { id } messageEdge { node { id } } } }
    }`,
    { input: { conversationId: id, text: 'Hello' } },
  );
  const answer = body.data?.sendMessage;
  expect(answer?.messageEdge).toEqual({ node: answer?.message });
});
