import { beforeAll, describe, expect, it } from 'vitest';
import { ConversationsDocument, type MessagesQueryVariables } from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { messagesOf, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';

let conversationId: string;
const COUNT = 25;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  conversationId = (await makeConversation(workspace)).id;
  for (let index = 1; index <= COUNT; index += 1) await say(workspace, conversationId, { text: `Message ${index}` });
});

type PageArgs = Omit<MessagesQueryVariables, 'conversationId'>;

const page = async (args: PageArgs, id = conversationId) => {
  const { edges, pageInfo, totalCount } = await messagesOf(workspace, id, args);
  return { seqs: edges.map(({ node }) => node.seq), edges, pageInfo, totalCount };
};
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('the messages of a conversation', () => {
  it('are listed oldest first, 20 per page', async () => {
    const { seqs, pageInfo, totalCount } = await page({});
    expect(seqs).toEqual(from(1, 20));
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(totalCount).toBe(COUNT);
  });

  it('are listed completely and in order, page by page forward', async () => {
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const { seqs, edges, pageInfo } = await page({ first: 7, after });
      expect(pageInfo).toMatchObject({ startCursor: edges[0]?.cursor, endCursor: edges.at(-1)?.cursor });
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      seen.push(...seqs);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(from(1, COUNT));
  });

  it('are listed completely and in order, page by page backward', async () => {
    const seen: number[] = [];
    let before: string | null = null;
    do {
      const { seqs, pageInfo } = await page({ last: 7, before });
      expect(pageInfo.hasNextPage).toBe(before !== null);
      seen.unshift(...seqs);
      before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
    } while (before);
    expect(seen).toEqual(from(1, COUNT));
  });

  it('are the newest page with last alone', async () => {
    const { seqs, pageInfo } = await page({ last: 5 });
    expect(seqs).toEqual(from(21, COUNT));
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('are listed strictly between two cursors', async () => {
    const { edges } = await page({ first: 10 });
    const between = await page({ after: edges[2]?.cursor, before: edges[8]?.cursor });
    expect(between.seqs).toEqual(from(4, 8));
  });

  it('that arrive meanwhile are on later pages, and none is repeated', async () => {
    const { id } = await makeConversation(workspace);
    for (const text of ['One', 'Two', 'Three']) await say(workspace, id, { text });
    const first = await page({ first: 2 }, id);
    const newest = await page({ last: 2 }, id);
    await say(workspace, id, { text: 'Four' });
    expect((await page({ first: 2, after: first.pageInfo.endCursor }, id)).seqs).toEqual([3, 4]);
    expect((await page({ last: 2, before: newest.pageInfo.startCursor }, id)).seqs).toEqual([1]);
    expect((await page({ after: newest.pageInfo.endCursor }, id)).seqs).toEqual([4]);
  });

  it('of an empty conversation are an empty page', async () => {
    const { id } = await makeConversation(workspace);
    expect(await page({}, id)).toEqual({
      seqs: [],
      edges: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  it('of many conversations are listed with their own conversation, even if selected twice', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await makeConversation(workspace)).id));
    for (const [index, id] of ids.entries()) await say(workspace, id, { text: `Of ${index}` });
    const { body } = await workspace.post<{ nodes: unknown }>(
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Conversation {
        messages(first: 1) { totalCount nodes { text } } newest: messages(last: 1) { nodes { text } }
        lastMessage { text }
      } } }`,
      { ids },
    );
    const texts = ids.map((_, index) => ({ text: `Of ${index}` }));
    expect(body.data?.nodes).toEqual(
      texts.map((text) => ({
        messages: { totalCount: 1, nodes: [text] },
        newest: { nodes: [text] },
        lastMessage: text,
      })),
    );
  });

  it.each([
    ['first: 0', { first: 0 }, 'first'],
    ['first: 101', { first: 101 }, 'first'],
    ['last: 0', { last: 0 }, 'last'],
    ['last: 101', { last: 101 }, 'last'],
    ['first with last', { first: 1, last: 1 }, 'last'],
    ['a malformed cursor', { after: 'nonsense' }, 'after'],
    ['an empty cursor', { before: '' }, 'before'],
  ])('refuse %s', async (_name, args: PageArgs, path) => {
    const query = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { conversation(id: $id) {
      messages(first: $first, after: $after, last: $last, before: $before) { nodes { id } } } }`;
    const { status, body } = await workspace.post(query, { id: conversationId, ...args });
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: [path] } }]);
  });

  it('refuse a cursor of another list', async () => {
    const conversations = await ask(workspace, ConversationsDocument, { first: 1 });
    const attempt = page({ after: conversations.pageInfo.endCursor });
    await expect(attempt).rejects.toThrow('BAD_USER_INPUT');
  });
});
