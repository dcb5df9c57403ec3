import { beforeEach, describe, expect, it } from 'vitest';
import {
  ContactDocument,
  ContactsDocument,
  type ContactsQueryVariables,
  CreateContactDocument,
  DeleteContactDocument,
  UpdateContactDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';

let now: Date;
const parley = useParley({ clock: () => now });
const workspace = useFreshWorkspace(parley);
beforeEach(() => {
  now = new Date('2026-03-01T12:00:00.000Z');
});

const tick = () => {
  now = new Date(now.getTime() + 1);
};
const makeMany = async (count: number) => {
  for (let index = 1; index <= count; index += 1) {
    // Every second one is made in the same millisecond as the one before: the id decides between them.
    if (index % 2 === 1) tick();
    await succeed(workspace, CreateContactDocument, {
      name: `Contact ${index}`,
      tags: index % 3 === 0 ? ['third', 'all'] : ['all'],
    });
  }
};
const page = async (variables: ContactsQueryVariables) => {
  const contacts = await ask(workspace, ContactsDocument, variables);
  return { ...contacts, names: nodesOf(contacts).map(({ name }) => name) };
};
const names = (...numbers: number[]) => numbers.map((number) => `Contact ${number}`);

describe('contacts', () => {
  it('are listed by last change, newest first, completely and in order in both directions', async () => {
    await makeMany(7);
    const expected = names(7, 6, 5, 4, 3, 2, 1);
    const forward: string[] = [];
    for (let after: string | null = null, more = true; more; ) {
      const { names: some, pageInfo, totalCount } = await page({ first: 2, after });
      forward.push(...some);
      expect(totalCount).toBe(7);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(forward).toEqual(expected);
    const backward: string[] = [];
    for (let before: string | null = null, more = true; more; ) {
      const { names: some, pageInfo } = await page({ last: 3, before });
      backward.unshift(...some);
      [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
    }
    expect(backward).toEqual(expected);
  });

  it('move to the front when they change', async () => {
    await makeMany(3);
    tick();
    const [last] = nodesOf(await page({ last: 1 }));
    await succeed(workspace, UpdateContactDocument, { contactId: last?.id ?? '', tags: ['changed'] });
    expect((await page({})).names).toEqual(names(1, 3, 2));
  });

  it('can be filtered by all of several tags; an empty list matches nothing', async () => {
    await makeMany(6);
    expect(await page({ tags: ['third'] })).toMatchObject({ names: names(6, 3), totalCount: 2 });
    expect((await page({ tags: ['all', 'third'] })).names).toEqual(names(6, 3));
    expect((await page({ tags: ['third', 'no such tag'] })).names).toEqual([]);
    expect(await page({ tags: [] })).toMatchObject({ names: [], totalCount: 0 });
    expect((await page({ tags: null })).totalCount).toBe(6);
  });

  it('are only those of the workspace', async () => {
    await succeed(await parley.newWorkspace(), CreateContactDocument, { name: 'Elsewhere' });
    expect(await page({})).toMatchObject({ names: [], totalCount: 0 });
  });

  it.each([{ first: 0 }, { first: 101 }, { first: 1, last: 1 }, { after: 'nonsense' }])(
    'refuse the arguments %j',
    async (args) => {
      await expect(page(args)).rejects.toThrow('BAD_USER_INPUT');
    },
  );
});

describe('contact', () => {
  it('is null if no visible contact has the id', async () => {
    const foreign = (await succeed(await parley.newWorkspace(), CreateContactDocument, { name: 'Elsewhere' })).contact;
    const deleted = (await succeed(workspace, CreateContactDocument, { name: 'Deleted' })).contact;
    await succeed(workspace, DeleteContactDocument, { contactId: deleted.id });
    for (const id of [unknownId('Contact'), foreign.id, deleted.id])
      expect(await ask(workspace, ContactDocument, { id })).toBeNull();
  });

  it('refuses a malformed id and one of another type', async () => {
    for (const id of ['cont_1', unknownId('User')])
      await expect(ask(workspace, ContactDocument, { id })).rejects.toThrow('BAD_USER_INPUT');
  });

  it('shows its conversations by last change, newest first, page by page', async () => {
    const contact = (await succeed(workspace, CreateContactDocument, { name: 'Carla' })).contact;
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1) {
      tick();
      ids.unshift((await makeConversation(workspace, { contactId: contact.id })).id);
    }
    await makeConversation(workspace, {
      contactId: (await succeed(workspace, CreateContactDocument, { name: 'Another' })).contact.id,
    });
    const requestPage = async (args: string) => {
      const { body } = await workspace.post<{
        contact: { conversations: { totalCount: number; nodes: { id: string }[]; pageInfo: { endCursor: string } } };
      }>(
        `{ contact(id: "${contact.id}") { conversations(${args}) { totalCount nodes { id } pageInfo { endCursor } } } }`,
      );
      if (!body.data) throw new Error(JSON.stringify(body.errors));
      return body.data.contact.conversations;
    };
    const first = await requestPage('first: 2');
    expect(first).toMatchObject({ totalCount: 3, nodes: ids.slice(0, 2).map((id) => ({ id })) });
    const second = await requestPage(`first: 2, after: "${first.pageInfo.endCursor}"`);
    expect(second.nodes).toEqual([{ id: ids[2] }]);
    tick();
    const input = { conversationId: ids[2] ?? '', subject: 'Changed' };
    await succeed(workspace, UpdateConversationDocument, input);
    expect((await requestPage('first: 1')).nodes).toEqual([{ id: ids[2] }]);
  });
});
