import { expect, it } from 'vitest';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';

const workspace = useWorkspace(useParley());

it('each of several mutations answers with what it has written, though one before it has loaded the same', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const say = (alias: string) =>
    `${alias}: sendMessage(input: $input) { ... on SendMessagePayload { messageEdge { node { conversation { messageCount } } } } }`;
  const query = `mutation ($input: SendMessageInput!) { ${['a', 'b', 'c'].map(say).join(' ')} }`;
  const { body } = await workspace.post(query, { input: { conversationId, text: 'Hello' } });
  const said = (messageCount: number) => ({ messageEdge: { node: { conversation: { messageCount } } } });
  expect(body).toEqual({ data: { a: said(1), b: said(2), c: said(3) } });
});

it('the cursor of each of several mutations that change nothing is the head at its time', async () => {
  const { id: conversationId } = await makeConversation(workspace);
  const query = `mutation ($tag: TagConversationsInput!, $message: SendMessageInput!) {
    a: tagConversations(input: $tag) { ... on TagConversationsPayload { cursor } }
    b: sendMessage(input: $message) { ... on SendMessagePayload { cursor } }
    c: tagConversations(input: $tag) { ... on TagConversationsPayload { cursor } }
  }`;
  const tag = { conversationIds: [conversationId], remove: ['vip'] };
  const { body } = await workspace.post<Record<string, { cursor: string }>>(query, {
    tag,
    message: { conversationId, text: 'Hello' },
  });
  expect(body.data?.a?.cursor).not.toBe(body.data?.b?.cursor);
  expect(body.data?.c?.cursor).toBe(body.data?.b?.cursor);
});
