import { print } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { ProspectsQuery } from '../../generated/operations.js';
import {
  ConversationProspectsDocument,
  ConversationsDocument,
  NodesDocument,
  ProspectConversationsDocument,
  ProspectDocument,
  ProspectsDocument,
  type ProspectsQueryVariables,
  SendMessageDocument,
  UpdateProspectDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { testClock } from '../../support/clock.js';
import { useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeConversation, makeProspect } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';
import { conversationIdsOf, linkPair, prospectIdsOf } from './support/prospects.js';

const clock = testClock('2026-03-01T10:00:00.000Z');
const statements: string[] = [];
const parley = useParley({ clock: clock.now, onStatement: (sql) => statements.push(sql) });

/** Prospects, each a second newer than the one before. */
async function makeProspects(workspace: TestWorkspace, count: number) {
  const prospects: Awaited<ReturnType<typeof makeProspect>>[] = [];
  for (let index = 0; index < count; index += 1) {
    clock.tick();
    prospects.push(await makeProspect(workspace, { name: `P${index}` }));
  }
  return prospects;
}

const codeOf = async (workspace: TestWorkspace, document: Parameters<typeof print>[0], variables: object) =>
  (await workspace.post(print(document), variables)).body.errors?.[0]?.extensions?.code;

describe('prospect', () => {
  it('is null for an unknown id, and refused if the id is malformed or of another type', async () => {
    const workspace = await parley.newWorkspace();
    expect(await ask(workspace, ProspectDocument, { id: unknownId('Prospect') })).toBeNull();
    for (const id of ['', 'prsp_', unknownId('Contact')]) {
      expect(await codeOf(workspace, ProspectDocument, { id })).toBe('BAD_USER_INPUT');
    }
  });

  it('is found by node', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeProspect(workspace);
    const nodes = await ask(workspace, NodesDocument, { ids: [id, unknownId('Prospect')] });
    expect(nodes).toEqual([{ __typename: 'Prospect', id }, null]);
  });
});

describe('prospects', () => {
  it('are listed by updatedAt, newest first, without gaps or repetitions across pages', async () => {
    const workspace = await parley.newWorkspace();
    const prospects = await makeProspects(workspace, 5);
    clock.tick();
    await succeed(workspace, UpdateProspectDocument, { prospectId: prospects[1]?.id ?? '', name: 'Newest' });
    const expected = [1, 4, 3, 2, 0].map((index) => prospects[index]?.id);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page: ProspectsQuery['prospects'] = await ask(workspace, ProspectsDocument, { first: 2, after });
      expect(page.totalCount).toBe(5);
      seen.push(...nodesOf(page).map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(expected);
    const end = await ask(workspace, ProspectsDocument, { last: 2 });
    expect(nodesOf(end).map(({ id }) => id)).toEqual(expected.slice(-2));
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  });

  it('can be sorted by creation or change in either direction, and skipped by offset', async () => {
    const workspace = await parley.newWorkspace();
    const made = (await makeProspects(workspace, 4)).map(({ id }) => id);
    clock.tick();
    await succeed(workspace, UpdateProspectDocument, { prospectId: made[0] ?? '', name: 'Changed' });
    const sorted = async (variables: ProspectsQueryVariables) =>
      nodesOf(await ask(workspace, ProspectsDocument, variables)).map(({ id }) => made.indexOf(id));
    expect(await sorted({})).toEqual([0, 3, 2, 1]);
    expect(await sorted({ orderBy: { direction: 'ASC' } })).toEqual([1, 2, 3, 0]);
    expect(await sorted({ orderBy: { field: 'CREATED_AT' } })).toEqual([3, 2, 1, 0]);
    expect(await sorted({ orderBy: { field: 'CREATED_AT', direction: 'ASC' } })).toEqual([0, 1, 2, 3]);
    expect(await sorted({ orderBy: { field: 'CREATED_AT', direction: 'ASC' }, offset: 1, first: 2 })).toEqual([1, 2]);
    const end = await ask(workspace, ProspectsDocument, { offset: 4 });
    expect(end).toMatchObject({ edges: [], totalCount: 4, pageInfo: { hasNextPage: false, hasPreviousPage: true } });
  });

  it('can be filtered by several statuses; an empty list matches nothing', async () => {
    const workspace = await parley.newWorkspace();
    for (const status of ['NEW', 'NOT_INTERESTED', 'PRODUCT_ORDER_PLACED'] as const) {
      await makeProspect(workspace, { status });
    }
    const found = async (status: ProspectsQueryVariables['status']) => {
      const page = await ask(workspace, ProspectsDocument, { status });
      expect(page.totalCount).toBe(page.edges.length);
      return nodesOf(page)
        .map((node) => node.status)
        .sort();
    };
    expect(await found(['NEW', 'PRODUCT_ORDER_PLACED'])).toEqual(['NEW', 'PRODUCT_ORDER_PLACED']);
    expect(await found('NOT_INTERESTED')).toEqual(['NOT_INTERESTED']);
    expect(await found(['GENERAL_ENQUIRY'])).toEqual([]);
    expect(await found([])).toEqual([]);
    expect(await found(null)).toHaveLength(3);
  });

  it('can be filtered by last change in a span that includes its start and excludes its end', async () => {
    const workspace = await parley.newWorkspace();
    const times = (await makeProspects(workspace, 4)).map(({ updatedAt }) => updatedAt);
    const [first, second, third, fourth] = times;
    const found = async (updatedAt: ProspectsQueryVariables['updatedAt']) =>
      nodesOf(await ask(workspace, ProspectsDocument, { updatedAt }))
        .map((node) => node.updatedAt)
        .reverse();
    expect(await found({ gte: second, lt: fourth })).toEqual([second, third]);
    expect(await found({ gte: third })).toEqual([third, fourth]);
    expect(await found({ lt: second })).toEqual([first]);
    expect(await found({ gte: fourth, lt: first })).toEqual([]);
    expect(await found({ gte: null, lt: null })).toEqual(times);
    const status = await ask(workspace, ProspectsDocument, { updatedAt: { gte: second }, status: ['NOT_INTERESTED'] });
    expect(nodesOf(status)).toEqual([]);
  });

  it.each([
    { first: 0 },
    { first: 101 },
    { last: 0 },
    { first: 1, last: 1 },
    { after: 'nonsense' },
    { offset: -1 },
    { offset: 10_001 },
    { offset: 1, last: 1 },
    { orderBy: { field: 'NAME' } },
    { status: ['LOST'] },
    { updatedAt: { gte: '2026-03-01' } },
    { updatedAt: { lt: '2026-02-30T00:00:00Z' } },
  ])('are refused with %j', async (variables) => {
    const workspace = await parley.newWorkspace();
    expect(await codeOf(workspace, ProspectsDocument, variables)).toBe('BAD_USER_INPUT');
  });
});

describe('the lists between prospects and conversations', () => {
  it('show prospects in the order they were linked', async () => {
    const workspace = await parley.newWorkspace();
    const [a, b, c] = (await makeProspects(workspace, 3)).map(({ id }) => id);
    const conversationId = (await makeConversation(workspace)).id;
    for (const prospectId of [b, c, a]) {
      clock.tick();
      await linkPair(workspace, { conversationId, prospectId: prospectId ?? '' });
    }
    expect(await prospectIdsOf(workspace, conversationId)).toEqual([b, c, a]);
    const first = await workspace.run(ConversationProspectsDocument, { id: conversationId, first: 2 });
    const { endCursor, hasNextPage } = first.conversation?.prospects.pageInfo ?? {};
    expect(hasNextPage).toBe(true);
    const rest = await workspace.run(ConversationProspectsDocument, {
      id: conversationId,
      after: endCursor,
    });
    expect(rest.conversation?.prospects).toMatchObject({ totalCount: 3, edges: [{ node: { id: a } }] });
    const last = await workspace.run(ConversationProspectsDocument, { id: conversationId, last: 2 });
    expect(nodesOf(last.conversation?.prospects).map(({ id }) => id)).toEqual([c, a]);
  });

  it('show conversations by updatedAt, newest first', async () => {
    const workspace = await parley.newWorkspace();
    const prospectId = (await makeProspect(workspace)).id;
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      clock.tick();
      const conversation = await makeConversation(workspace, { subject: `C${index}` });
      ids.push(conversation.id);
      await linkPair(workspace, { conversationId: conversation.id, prospectId });
    }
    clock.tick();
    await succeed(workspace, SendMessageDocument, { conversationId: ids[0] ?? '', text: 'Hello' });
    const expected = [ids[0], ids[2], ids[1]];
    expect(await conversationIdsOf(workspace, prospectId)).toEqual(expected);
    const first = await workspace.run(ProspectConversationsDocument, { id: prospectId, first: 1 });
    const after = first.prospect?.conversations.pageInfo.endCursor;
    const rest = await workspace.run(ProspectConversationsDocument, { id: prospectId, after });
    expect(rest.prospect?.conversations.totalCount).toBe(3);
    expect(nodesOf(rest.prospect?.conversations).map(({ id }) => id)).toEqual(expected.slice(1));
  });

  it('match the conversations filter prospectId', async () => {
    const workspace = await parley.newWorkspace();
    const prospectId = (await makeProspect(workspace)).id;
    const conversation = await makeConversation(workspace);
    await makeConversation(workspace);
    await linkPair(workspace, { conversationId: conversation.id, prospectId });
    const conversations = await ask(workspace, ConversationsDocument, { filter: { prospectId } });
    expect(conversations.edges.map(({ node }) => node.id)).toEqual([conversation.id]);
  });

  it('take as many SQL statements for one parent as for many', async () => {
    const query = `query ($first: Int!) {
      prospects(first: $first) { nodes { id conversations(first: 3) {
        totalCount
        nodes { id prospects(first: 3) { totalCount nodes { id } } }
      } } }
    }`;
    const workspace = await parley.newWorkspace();
    for (const { id: prospectId } of await makeProspects(workspace, 8)) {
      for (let index = 0; index < 2; index += 1) {
        await linkPair(workspace, { conversationId: (await makeConversation(workspace)).id, prospectId });
      }
    }
    const count = async (first: number) => {
      statements.length = 0;
      const { body } = await workspace.post(query, { first });
      expect(body.data?.prospects).toMatchObject({
        nodes: Array.from({ length: first }, () => ({ conversations: { totalCount: 2, nodes: [{}, {}] } })),
      });
      return statements.length;
    };
    await count(1);
    const one = await count(1);
    expect(await count(8)).toBe(one);
    expect(one).toBeLessThanOrEqual(6);
  });
});
