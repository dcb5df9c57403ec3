import { describe, expect, it } from 'vitest';
import {
  ContactDocument,
  ContactsDocument,
  CreateContactDocument,
  CreateConversationDocument,
  DeleteContactDocument,
  UpdateContactDocument,
  type UpdateContactInput,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeContact } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

describe('updateContact', () => {
  it('changes what is given and leaves the rest', async () => {
    const before = (
      await succeed(workspace, CreateContactDocument, { name: 'Carla', email: 'carla@example.com', tags: ['a'] })
    ).contact;
    const after = (
      await succeed(workspace, UpdateContactDocument, {
        contactId: before.id,
        phone: '+49 30 123456',
        externalId: 'crm-1',
        tags: ['b', ' b '],
      })
    ).contact;
    expect(after).toEqual({ ...before, phone: '+4930123456', externalId: 'crm-1', tags: ['b'] });
    expect(
      (await succeed(workspace, UpdateContactDocument, { contactId: before.id, name: ' Carla C. ', tags: [] })).contact,
    ).toEqual({
      ...after,
      name: 'Carla C.',
      tags: [],
    });
  });

  it('merges metadata shallowly, removes keys set to null, and replaces it on request', async () => {
    const { id: contactId } = (
      await succeed(workspace, CreateContactDocument, { name: 'Carla', metadata: { a: { x: 1 }, b: 2 } })
    ).contact;
    const merged = (
      await succeed(workspace, UpdateContactDocument, { contactId, metadata: { a: { y: 1 }, b: null, c: 3 } })
    ).contact;
    expect(merged.metadata).toEqual({ a: { y: 1 }, c: 3 });
    const replaced = (
      await succeed(workspace, UpdateContactDocument, { contactId, metadata: { d: 4 }, metadataMode: 'REPLACE' })
    ).contact;
    expect(replaced.metadata).toEqual({ d: 4 });
  });

  it('refuses metadata that exceeds 16 KB once merged', async () => {
    const { id: contactId } = (
      await succeed(workspace, CreateContactDocument, { name: 'Carla', metadata: { a: 'x'.repeat(9000) } })
    ).contact;
    expect(
      (
        await failWith(workspace, 'ValidationError', UpdateContactDocument, {
          contactId,
          metadata: { b: 'x'.repeat(9000) },
        })
      ).issues,
    ).toMatchObject([{ path: ['metadata'] }]);
    await succeed(workspace, UpdateContactDocument, {
      contactId,
      metadata: { b: 'x'.repeat(9000) },
      metadataMode: 'REPLACE',
    });
  });

  it.each([
    ['phone', '+4930123456'],
    ['email', 'carla@example.com'],
    ['externalId', 'crm-1'],
  ] as const)("refuses another contact's %s, and accepts the contact's own", async (field, value) => {
    const first = (await succeed(workspace, CreateContactDocument, { name: 'First', [field]: value })).contact;
    const second = (await succeed(workspace, CreateContactDocument, { name: 'Second' })).contact;
    expect(
      (
        await failWith(workspace, 'ConflictError', UpdateContactDocument, {
          contactId: second.id,
          name: 'Renamed',
          [field]: value,
        })
      ).message,
    ).toContain(first.id);
    expect(await ask(workspace, ContactDocument, { id: second.id })).toMatchObject({ name: 'Second', [field]: null });
    expect((await succeed(workspace, UpdateContactDocument, { contactId: first.id, [field]: value })).contact).toEqual(
      first,
    );
  });

  it('gives an email address to one of 10 contacts that claim it concurrently', async () => {
    const contacts = await Promise.all(
      Array.from({ length: 10 }, (_, index) => makeContact(workspace, `Contact ${index}`)),
    );
    const answers = await Promise.all(
      contacts.map(({ id: contactId }) =>
        act(workspace, UpdateContactDocument, { contactId, email: 'carla@example.com' }),
      ),
    );
    expect(answers.filter(({ __typename }) => __typename === 'UpdateContactPayload')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(9);
  });

  it('null clears phone, email, externalId and avatarUrl; fields that cannot be empty stay', async () => {
    const identity = { phone: '+4930123456', email: 'carla@example.com', externalId: 'crm-1' };
    const full = { ...identity, avatarUrl: 'https://example.com/a.png', tags: ['a'], metadata: { a: 1 } };
    const before = (await succeed(workspace, CreateContactDocument, { name: 'Carla', ...full })).contact;
    const change = (input: Omit<UpdateContactInput, 'contactId'>) =>
      succeed(workspace, UpdateContactDocument, { contactId: before.id, ...input });
    expect((await change({ name: null, tags: null, metadata: null })).contact).toEqual(before);
    const nothing = { phone: null, email: null, externalId: null, avatarUrl: null };
    expect((await change(nothing)).contact).toEqual({ ...before, ...nothing });
    const other = await succeed(workspace, CreateContactDocument, { name: 'Other', ...identity });
    expect(other.contact).toMatchObject(identity);
    // Clearing conflicts neither with contacts that have no value nor with the one that took over the cleared value.
    expect((await change(nothing)).contact).toMatchObject(nothing);
  });

  it.each([
    ['phone', '+4930123456'],
    ['email', 'carla@example.com'],
  ] as const)(
    'leaves one contact with a %s that is cleared while conversations start with it',
    async (field, value) => {
      const first = (await succeed(workspace, CreateContactDocument, { name: 'First', [field]: value })).contact;
      const clear = () => act(workspace, UpdateContactDocument, { contactId: first.id, [field]: null });
      const begin = () => act(workspace, CreateConversationDocument, { contact: { [field]: value } });
      const answers = await Promise.all([begin(), begin(), clear(), begin(), begin()]);
      expect(answers.map(({ __typename }) => __typename)).toEqual([
        ...Array(2).fill('CreateConversationPayload'),
        'UpdateContactPayload',
        ...Array(2).fill('CreateConversationPayload'),
      ]);
      expect(await ask(workspace, ContactDocument, { id: first.id })).toMatchObject({ [field]: null });
      await act(workspace, CreateConversationDocument, { contact: { [field]: value } });
      const nodes = nodesOf(await ask(workspace, ContactsDocument, {}));
      expect(nodes.filter((node) => node[field] === value)).toHaveLength(1);
      expect(nodes).toHaveLength(2);
    },
  );

  it.each([
    ['name', { name: '' }],
    ['phone', { phone: '' }],
    ['email', { email: ' ' }],
    ['avatarUrl', { avatarUrl: '' }],
    ['externalId', { externalId: ' ' }],
  ])('refuses an empty %s', async (path, input) => {
    const { id: contactId } = (await succeed(workspace, CreateContactDocument, { name: 'Carla' })).contact;
    expect(
      (await failWith(workspace, 'ValidationError', UpdateContactDocument, { contactId, ...input })).issues,
    ).toMatchObject([{ path: [path] }]);
  });

  it('returns the same error for a nonexistent contact, one of another workspace and a deleted one', async () => {
    const foreign = (await succeed(await parley.newWorkspace(), CreateContactDocument, { name: 'Foreign' })).contact;
    const deleted = (await succeed(workspace, CreateContactDocument, { name: 'Deleted' })).contact;
    await succeed(workspace, DeleteContactDocument, { contactId: deleted.id });
    const attempt = async (contactId: string) => {
      const { id, ...rest } = await failWith(workspace, 'NotFoundError', UpdateContactDocument, {
        contactId,
        name: 'New',
      });
      expect(id).toBe(contactId);
      return rest;
    };
    const unknown = await attempt(unknownId('Contact'));
    expect(await attempt(foreign.id)).toEqual(unknown);
    expect(await attempt(deleted.id)).toEqual(unknown);
  });
});
