import { randomInt, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  ContactDocument,
  CreateContactDocument,
  type CreateContactInput,
  MergeContactsDocument,
} from '../../generated/operations.js';
import { act, ask, issuePaths, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useWorkspace(parley);

type Fields = CreateContactInput;

const phone = () => `+4930${randomInt(10_000_000, 99_999_999)}`;
const email = () => `${randomUUID()}@example.com`;

async function make(input: Partial<Fields> = {}) {
  return (await succeed(workspace, CreateContactDocument, { name: 'Ada', ...input })).contact;
}
const read = async (id: string) => await ask(workspace, ContactDocument, { id });

async function merged(...inputs: Partial<Fields>[]) {
  const [survivor, ...others] = await Promise.all(inputs.map(make));
  const contactIds = others.map(({ id }) => id);
  return act(workspace, MergeContactsDocument, { survivorId: survivor?.id ?? '', contactIds });
}

const avatarUrl = 'https://example.com/a.png';

describe('the survivor of mergeContacts', () => {
  it('keeps its own values', async () => {
    const own = { name: 'Ada', phone: phone(), email: email(), externalId: randomUUID(), avatarUrl };
    const other = { name: 'Bea', phone: phone(), email: email(), externalId: randomUUID() };
    const { contact } = expectType(await merged(own, other), 'MergeContactsPayload');
    expect(contact).toMatchObject(own);
  });

  it('takes missing values from the first merged contact that has them', async () => {
    const [second, third] = [{ email: email() }, { email: email(), phone: phone(), externalId: randomUUID() }];
    const { contact } = expectType(await merged({}, second, { ...third, avatarUrl }), 'MergeContactsPayload');
    expect(contact).toMatchObject({ ...third, email: second.email, avatarUrl });
    expect(await read(contact.id)).toMatchObject({ phone: third.phone, email: second.email });
  });

  it('keeps unused values of the others as aliases, which no other contact can have', async () => {
    const taken = { phone: phone(), email: email(), externalId: randomUUID() };
    const own = { phone: phone(), email: email(), externalId: randomUUID() };
    const { contact } = expectType(await merged(own, taken), 'MergeContactsPayload');
    for (const [field, value] of Object.entries(taken)) {
      const answer = await act(workspace, CreateContactDocument, { name: 'Bea', [field]: value });
      expect(expectType(answer, 'ConflictError').message).toContain(contact.id);
    }
  });

  it('takes a name if it had only a phone number or email address', async () => {
    const address = email();
    const conversation = await makeConversation(workspace, { contact: { email: address } });
    const survivorId = conversation.contact?.id ?? '';
    expect(conversation.contact?.name).toBe(address);
    const other = await make({ name: 'Carla' });
    expect(
      (await succeed(workspace, MergeContactsDocument, { survivorId, contactIds: [other.id] })).contact,
    ).toMatchObject({ name: 'Carla', email: address });
  });

  it('merges tags and metadata, with its own values first, then those of contacts named first', async () => {
    const answer = await merged(
      { tags: ['a', 'b'], metadata: { plan: 'pro', own: 1 } },
      { tags: ['b', 'c'], metadata: { plan: 'free', city: 'Ulm' } },
      { tags: ['d'], metadata: { city: 'Bonn', age: 5 } },
    );
    const { contact } = expectType(answer, 'MergeContactsPayload');
    expect(contact.tags).toEqual(['a', 'b', 'c', 'd']);
    expect(contact.metadata).toEqual({ plan: 'pro', own: 1, city: 'Ulm', age: 5 });
  });

  it('cannot exceed 50 tags or 16 KB of metadata, in which case nothing is merged', async () => {
    const tags = (prefix: string) => Array.from({ length: 26 }, (_, index) => `${prefix}${index}`);
    expect(issuePaths(await merged({ tags: tags('a') }, { tags: tags('b') }))).toEqual(['contactIds']);
    const [survivor, other] = [
      await make({ metadata: { a: 'x'.repeat(9000) } }),
      await make({ metadata: { b: 'x'.repeat(9000) } }),
    ];
    const answer = await act(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] });
    expect(issuePaths(answer)).toEqual(['contactIds']);
    expect(await read(other.id)).toMatchObject({ id: other.id, metadata: other.metadata });
  });
});
