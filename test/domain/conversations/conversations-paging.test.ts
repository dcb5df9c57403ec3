import { array, asyncProperty, assert as check, integer } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ConversationsDocument,
  type ConversationsQueryVariables,
  DeleteConversationDocument,
  SendMessageDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';

const START = Date.parse('2030-01-01T00:00:00.000Z');
let now = new Date(START);

/** The rows that no test moves, with what they are sorted by. */
let still: Row[];
/** The conversations that are changed while the list is read. */
const moving: string[] = [];

type Row = { id: string; CREATED_AT: string; UPDATED_AT: string; LAST_MESSAGE_AT: string; PRIORITY: number };

const priorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
const fields = ['CREATED_AT', 'UPDATED_AT', 'LAST_MESSAGE_AT', 'PRIORITY'] as const;
const directions = ['ASC', 'DESC'] as const;
const orders = fields.flatMap((field) => directions.map((direction) => ({ field, direction })));

const parley = useParley({ clock: () => now });
const workspace = useWorkspace(parley);
beforeAll(async () => {
  for (let index = 0; index < 24; index += 1) {
    // Many have equal times, so that only the id tells them apart.
    now = new Date(START + Math.floor(index / 5) * 1000);
    const { id } = await makeConversation(workspace, { priority: priorities[index % 4] ?? 'LOW' });
    if (index % 4 === 3) moving.push(id);
  }
  const { conversations } = await list({ first: 100 });
  for (const [index, { node }] of conversations.edges.entries()) {
    now = new Date(START + 10_000 + (index % 7) * 1000);
    if (index % 3 === 1) await succeed(workspace, SendMessageDocument, { conversationId: node.id, text: 'Hello' });
    if (index % 5 === 2)
      await succeed(workspace, UpdateConversationDocument, { conversationId: node.id, subject: 'Changed' });
  }
  now = new Date(START + 60_000);
  const rows = await Promise.all(conversations.edges.map(({ node }) => readConversation(workspace, node.id)));
  still = rows
    .filter(({ id }) => !moving.includes(id))
    .map(({ id, createdAt, updatedAt, lastMessageAt, priority }) => ({
      id,
      CREATED_AT: createdAt,
      UPDATED_AT: updatedAt,
      LAST_MESSAGE_AT: lastMessageAt ?? createdAt,
      PRIORITY: priorities.indexOf(priority),
    }));
});

function list(variables: ConversationsQueryVariables) {
  return workspace.run(ConversationsDocument, variables);
}

/** The still rows as they should come. */
function sorted(field: (typeof fields)[number], direction: (typeof directions)[number]): string[] {
  const compare = <Value extends string | number>(a: Value, b: Value) => (a < b ? -1 : a > b ? 1 : 0);
  const rows = still.toSorted((a, b) => compare(a[field], b[field]) || compare(a.id, b.id));
  return (direction === 'ASC' ? rows : rows.reverse()).map(({ id }) => id);
}

/** Something else that happens between two pages: rows come, move and go. */
async function disturb(step: number): Promise<void> {
  now = new Date(now.getTime() + 1);
  const conversationId = moving[step % moving.length] ?? '';
  if (step % 3 === 0)
    await succeed(workspace, UpdateConversationDocument, {
      conversationId,
      priority: priorities[step % 4] ?? 'LOW',
      tags: [`${step}`],
    });
  else if (step % 3 === 1)
    moving.push((await makeConversation(workspace, { priority: priorities[step % 4] ?? 'LOW' })).id);
  else if (moving.length > 6)
    await succeed(workspace, DeleteConversationDocument, {
      conversationId: moving.splice(step % moving.length, 1)[0] ?? '',
    });
  else await succeed(workspace, SendMessageDocument, { conversationId, text: 'Hello' });
}

/** Reads the whole list in pages of these sizes, from either end. */
async function readAll(orderBy: (typeof orders)[number], sizes: number[], backward: boolean): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = null, step = 0, more = true; more; step += 1) {
    const size = sizes[step % sizes.length] ?? 1;
    const page = backward ? { last: size, before: cursor } : { first: size, after: cursor };
    const { conversations } = await list({ orderBy, ...page });
    const { edges, pageInfo } = conversations;
    expect(edges.length).toBeLessThanOrEqual(size);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([
      edges[0]?.cursor ?? null,
      edges.at(-1)?.cursor ?? null,
    ]);
    const ids = edges.map(({ node }) => node.id);
    if (backward) seen.unshift(...ids);
    else seen.push(...ids);
    more = backward ? pageInfo.hasPreviousPage : pageInfo.hasNextPage;
    cursor = backward ? pageInfo.startCursor : pageInfo.endCursor;
    await disturb(step);
  }
  return seen;
}

describe('paging through conversations', () => {
  it.each(orders)('neither skips nor repeats a row that does not move, by $field $direction', async (orderBy) => {
    const expected = sorted(orderBy.field, orderBy.direction);
    const isStill = new Set(expected);
    await check(
      asyncProperty(array(integer({ min: 2, max: 9 }), { minLength: 1, maxLength: 4 }), async (sizes) => {
        const forward = await readAll(orderBy, sizes, false);
        const backward = await readAll(orderBy, sizes, true);
        expect(forward.filter((id) => isStill.has(id))).toEqual(expected);
        expect(backward.filter((id) => isStill.has(id))).toEqual(expected);
      }),
      { numRuns: 2 },
    );
  });

  it.each(orders)('gives the same rows from both ends and by offset, by $field $direction', async (orderBy) => {
    const ids = async (variables: ConversationsQueryVariables) =>
      (await list({ orderBy, ...variables })).conversations.edges.map(({ node }) => node.id);
    const forward = await ids({ first: 100 });
    expect(await ids({ last: 100 })).toEqual(forward);
    expect(await ids({ first: 5, offset: 7 })).toEqual(forward.slice(7, 12));
    expect(await ids({ last: 3 })).toEqual(forward.slice(-3));
  });
});
