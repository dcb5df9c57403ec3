import { beforeAll, describe, expect, it } from 'vitest';
import {
  ConversationsDocument,
  type ConversationsQueryVariables,
  EventCursorDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeContact, makeConversation, makeUser } from '../../support/make.js';

let ids: string[];
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  ids = [];
  for (let count = 0; count < 7; count += 1) ids.unshift((await makeConversation(workspace)).id);
});

async function page(variables: ConversationsQueryVariables) {
  const conversations = await ask(workspace, ConversationsDocument, variables);
  const { edges, pageInfo, totalCount } = conversations;
  return { ids: edges.map(({ node }) => node.id), cursors: edges.map(({ cursor }) => cursor), pageInfo, totalCount };
}

describe('a page of conversations', () => {
  it('holds 20 by default, ordered by last change, newest first', async () => {
    const many = await parley.newWorkspace();
    await Promise.all(Array.from({ length: 21 }, () => makeConversation(many)));
    const conversations = await ask(many, ConversationsDocument, {});
    expect(conversations.edges).toHaveLength(20);
    expect(conversations.totalCount).toBe(21);
    const times = conversations.edges.map(({ node }) => node.updatedAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('reports from both ends whether pages precede or follow it', async () => {
    const first = await page({ first: 3 });
    expect(first).toMatchObject({
      ids: ids.slice(0, 3),
      pageInfo: { hasNextPage: true, hasPreviousPage: false },
      totalCount: 7,
    });
    const middle = await page({ first: 3, after: first.pageInfo.endCursor });
    expect(middle).toMatchObject({
      ids: ids.slice(3, 6),
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
      totalCount: 7,
    });
    const last = await page({ first: 3, after: middle.pageInfo.endCursor });
    expect(last).toMatchObject({ ids: ids.slice(6), pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    const back = await page({ last: 2, before: last.pageInfo.startCursor });
    expect(back).toMatchObject({ ids: ids.slice(4, 6), pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    const between = await page({ first: 10, after: first.cursors[0], before: middle.cursors[1] });
    expect(between.ids).toEqual(ids.slice(1, 4));
    const lastBetween = await page({ last: 2, after: first.cursors[0], before: middle.cursors[1] });
    expect(lastBetween.ids).toEqual(ids.slice(2, 4));
  });

  it('is empty after the end, with null cursors and the full count', async () => {
    const { cursors } = await page({ last: 1 });
    const empty = { ids: [], pageInfo: { hasNextPage: false, startCursor: null, endCursor: null }, totalCount: 7 };
    expect(await page({ after: cursors[0] })).toMatchObject(empty);
    expect(await page({ offset: 7 })).toMatchObject({ ...empty, pageInfo: { hasPreviousPage: true, endCursor: null } });
    expect(await page({ offset: 10_000, first: 100 })).toMatchObject({ ids: [] });
  });

  it('counts everything that matches the filter, regardless of the page', async () => {
    await succeed(workspace, UpdateConversationDocument, { conversationId: ids[6] ?? '', tags: ['counted'] });
    const filter = { tags: ['counted'] };
    expect(await page({ filter, first: 1 })).toMatchObject({ ids: [ids[6]], totalCount: 1 });
    expect(await page({ filter, offset: 5 })).toMatchObject({ ids: [], totalCount: 1 });
    ids = (await page({ first: 100 })).ids;
  });

  it('continues from a row that has since changed, moved or left the filter', async () => {
    const { cursors } = await page({ first: 3, orderBy: { field: 'CREATED_AT', direction: 'DESC' } });
    const byCreation = (await page({ orderBy: { field: 'CREATED_AT', direction: 'DESC' } })).ids;
    await succeed(workspace, UpdateConversationDocument, { conversationId: byCreation[2] ?? '', status: 'PENDING' });
    const next = await page({
      after: cursors[2],
      orderBy: { field: 'CREATED_AT', direction: 'DESC' },
      filter: { status: ['OPEN'] },
    });
    expect(next.ids).toEqual(byCreation.slice(3));
  });
});

describe('invalid page arguments get BAD_USER_INPUT, which names the argument, and are never clamped', () => {
  const field =
    'conversations(first: $first, after: $after, last: $last, before: $before, offset: $offset, orderBy: $orderBy)';
  const query = `query($first: Int, $after: String, $last: Int, $before: String, $offset: Int, $orderBy: ConversationOrder) {
    ${field} { totalCount } }`;
  const refusal = async (variables: ConversationsQueryVariables, by = workspace) => {
    const { body, status } = await by.post(query, variables);
    expect([status, body.data ?? null]).toEqual([200, null]);
    return body.errors;
  };
  const refused = (path: string) => [{ extensions: { code: 'BAD_USER_INPUT', path: [path] } }];

  it.each([
    ['first', { first: 0 }],
    ['first', { first: 101 }],
    ['first', { first: -1 }],
    ['last', { last: 0 }],
    ['last', { last: 101 }],
    ['last', { first: 1, last: 1 }],
    ['offset', { offset: -1 }],
    ['offset', { offset: 10_001 }],
    ['offset', { offset: 1, last: 1 }],
    ['after', { after: '' }],
    ['after', { after: 'bm90IGEgY3Vyc29y' }],
    ['before', { before: 'x'.repeat(2000) }],
  ])('%s in %j', async (path, variables) => {
    expect(await refusal(variables)).toMatchObject(refused(path));
  });

  it('such as a cursor with an offset, a forged cursor, and one of another order or list', async () => {
    const cursor = (await page({ first: 1 })).cursors[0] ?? '';
    const eventCursor = await ask(workspace, EventCursorDocument, {});
    expect(await refusal({ after: cursor, offset: 0 })).toMatchObject(refused('offset'));
    expect(await refusal({ before: cursor, offset: 0 })).toMatchObject(refused('offset'));
    expect(await refusal({ after: `${cursor}A` })).toMatchObject(refused('after'));
    expect(await refusal({ after: cursor.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')) })).toMatchObject(
      refused('after'),
    );
    expect(await refusal({ after: eventCursor })).toMatchObject(refused('after'));
    const orderBy = { field: 'UPDATED_AT', direction: 'ASC' } as const;
    expect(await refusal({ after: cursor, orderBy })).toMatchObject(refused('after'));
  });
});

describe('the conversations of a contact and those owned by a user', () => {
  it('are paged by last change, newest first, with their own count', async () => {
    const [contact, owner] = [await makeContact(workspace), await makeUser(workspace)];
    const made: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      made.push((await makeConversation(workspace, { contactId: contact.id, ownerId: owner.id })).id);
    }
    await makeConversation(workspace, { assigneeId: owner.id });
    await succeed(workspace, UpdateConversationDocument, { conversationId: made[0] ?? '', subject: 'Changed' });
    const expected = [made[0], ...made.slice(1).reverse()];
    const query = `query($id: ID!, $first: Int, $after: String) { node(id: $id) {
      ... on Contact { conversations(first: $first, after: $after) { ...Page } }
      ... on User { conversations(first: $first, after: $after) { ...Page } } } }
      fragment Page on ConversationConnection { totalCount nodes { id } pageInfo { hasNextPage endCursor } }`;
    type Nested = {
      totalCount: number;
      nodes: { id: string }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
    const read = async (id: string, after: string | null): Promise<Nested> => {
      const { body } = await workspace.post<{ node: { conversations: Nested } }>(query, { id, first: 2, after });
      if (!body.data) throw new Error(JSON.stringify(body.errors));
      return body.data.node.conversations;
    };
    for (const { id } of [contact, owner]) {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more; ) {
        const { nodes, pageInfo, totalCount } = await read(id, after);
        expect(totalCount).toBe(5);
        seen.push(...nodes.map((node) => node.id));
        after = pageInfo.endCursor;
        more = pageInfo.hasNextPage;
      }
      expect(seen).toEqual(expected);
    }
  });
});
