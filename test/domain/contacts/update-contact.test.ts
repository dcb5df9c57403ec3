import { describe, expect, it } from 'vitest';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { expectType } from '../../support/parley.js';
import { created, read, remove, update, updated } from './support/act.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

describe('updateContact', () => {
  it('changes what is given and leaves the rest', async () => {
    const before = await created(workspace, { name: 'Carla', email: 'carla@example.com', tags: ['a'] });
    const after = await updated(workspace, {
      contactId: before.id,
      phone: '+49 30 123456',
      externalId: 'crm-1',
      tags: ['b', ' b '],
    });
    expect(after).toEqual({ ...before, phone: '+4930123456', externalId: 'crm-1', tags: ['b'] });
    expect(await updated(workspace, { contactId: before.id, name: ' Carla C. ', tags: [] })).toEqual({
      ...after,
      name: 'Carla C.',
      tags: [],
    });
  });

  it('merges metadata shallowly, removes keys that are null, and replaces it on demand', async () => {
    const { id: contactId } = await created(workspace, { name: 'Carla', metadata: { a: { x: 1 }, b: 2 } });
    const merged = await updated(workspace, { contactId, metadata: { a: { y: 1 }, b: null, c: 3 } });
    expect(merged.metadata).toEqual({ a: { y: 1 }, c: 3 });
    const replaced = await updated(workspace, { contactId, metadata: { d: 4 }, metadataMode: 'REPLACE' });
    expect(replaced.metadata).toEqual({ d: 4 });
  });

  it('refuses metadata that would be over 16 KB once merged', async () => {
    const { id: contactId } = await created(workspace, { name: 'Carla', metadata: { a: 'x'.repeat(9000) } });
    const answer = await update(workspace, { contactId, metadata: { b: 'x'.repeat(9000) } });
    expect(expectType(answer, 'ValidationError').issues).toMatchObject([{ path: ['metadata'] }]);
    await updated(workspace, { contactId, metadata: { b: 'x'.repeat(9000) }, metadataMode: 'REPLACE' });
  });

  it.each([
    ['phone', '+4930123456'],
    ['email', 'carla@example.com'],
    ['externalId', 'crm-1'],
  ] as const)('refuses a %s that another contact has, and takes its own again', async (field, value) => {
    const first = await created(workspace, { name: 'First', [field]: value });
    const second = await created(workspace, { name: 'Second' });
    const answer = await update(workspace, { contactId: second.id, name: 'Renamed', [field]: value });
    expect(expectType(answer, 'ConflictError').errorMessage).toContain(first.id);
    expect(await read(workspace, second.id)).toMatchObject({ name: 'Second', [field]: null });
    expect(await updated(workspace, { contactId: first.id, [field]: value })).toEqual(first);
  });

  it('gives an e-mail address to one of 10 contacts that ask for it at once', async () => {
    const contacts = await Promise.all(
      Array.from({ length: 10 }, (_, index) => created(workspace, { name: `Contact ${index}` })),
    );
    const answers = await Promise.all(
      contacts.map(({ id: contactId }) => update(workspace, { contactId, email: 'carla@example.com' })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'UpdateContactPayload')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(9);
  });

  it.each([
    ['name', { name: null }],
    ['name', { name: '' }],
    ['phone', { phone: null }],
    ['email', { email: null }],
    ['avatarUrl', { avatarUrl: null }],
    ['externalId', { externalId: null }],
    ['tags', { tags: null }],
    ['metadata', { metadata: null }],
  ])('refuses a %s that is empty', async (path, input) => {
    const { id: contactId } = await created(workspace, { name: 'Carla' });
    const answer = await update(workspace, { contactId, ...input });
    expect(expectType(answer, 'ValidationError').issues).toMatchObject([{ path: [path] }]);
  });

  it('answers the same for a contact that does not exist, one of another workspace and a deleted one', async () => {
    const foreign = await created(await parley.newWorkspace(), { name: 'Foreign' });
    const deleted = await created(workspace, { name: 'Deleted' });
    await remove(workspace, { contactId: deleted.id });
    const attempt = async (contactId: string) => {
      const { id, ...rest } = expectType(await update(workspace, { contactId, name: 'New' }), 'NotFoundError');
      expect(id).toBe(contactId);
      return rest;
    };
    const unknown = await attempt(unknownId('Contact'));
    expect(await attempt(foreign.id)).toEqual(unknown);
    expect(await attempt(deleted.id)).toEqual(unknown);
  });
});
