import { describe, expect, it } from 'vitest';
import {
  ContactDocument,
  ContactsDocument,
  CreateContactDocument,
  CreateConversationDocument,
  type CreateConversationInput,
  DeleteContactDocument,
  LatestOpenConversationDocument,
  MergeContactsDocument,
  RemoveContactAliasDocument,
  type RemoveContactAliasInput,
  UpdateContactDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, issuePaths, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeContact, makeConversation } from '../../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const own = { phone: '+4930123456', email: 'ada@example.com', externalId: 'u-1' };
const lost = { phone: '+525512345678', email: 'ada.l@example.com', externalId: 'u-2' };
const client = { bot: 'robo', user: lost.externalId, channel: 'web' };
const aliases: Omit<RemoveContactAliasInput, 'contactId'>[] = [
  { kind: 'PHONE', value: lost.phone },
  { kind: 'EMAIL', value: lost.email },
  { kind: 'EXTERNAL_ID', value: lost.externalId },
];

const create = async (name: string, fields: object) =>
  (await succeed(workspace, CreateContactDocument, { name, ...fields })).contact.id;
const aliasesOf = async (id: string) => (await ask(workspace, ContactDocument, { id }))?.aliases;
const contactBy = async (input: CreateConversationInput) => (await makeConversation(workspace, input)).contact?.id;
const merge = async (survivorId: string, ...contactIds: string[]) =>
  succeed(workspace, MergeContactsDocument, { survivorId, contactIds });
const remove = async (input: RemoveContactAliasInput) => succeed(workspace, RemoveContactAliasDocument, input);
const latest = async () => (await ask(workspace, LatestOpenConversationDocument, { client }))?.id;
const countOf = async () => (await ask(workspace, ContactsDocument, {})).totalCount;

/** Two contacts with an address of each kind, the second merged into the first. */
async function mergedContacts() {
  const [survivorId, otherId] = [await create('Ada', own), await create('Ada L.', lost)];
  await merge(survivorId, otherId);
  return survivorId;
}

/** Each thing that the merged contact was reached by, and how a conversation names it. */
const ways: [string, CreateConversationInput][] = [
  ['phone number', { contact: { phone: lost.phone } }],
  ['phone number, written in another way', { contact: { phone: '+5215512345678' } }],
  ['email address', { contact: { email: 'ADA.L@example.com' } }],
  ['phone number and the email address of the survivor', { contact: { phone: lost.phone, email: own.email } }],
  ['client key', { client }],
];

describe('what a merged contact was reached by', () => {
  it.each(ways)('leads to the survivor: its %s', async (_name, input) => {
    const survivorId = await mergedContacts();
    expect(await contactBy(input)).toBe(survivorId);
    expect(await ask(workspace, ContactDocument, { id: survivorId })).toMatchObject({ ...own, name: 'Ada' });
    expect(await countOf()).toBe(1);
  });

  it('includes its client key in lookups of conversations from before and after', async () => {
    const [survivorId, otherId] = [await create('Ada', own), await create('Ada L.', lost)];
    const before = await makeConversation(workspace, { client });
    expect(before.contact?.id).toBe(otherId);
    await merge(survivorId, otherId);
    expect(await latest()).toBe(before.id);
    const after = await makeConversation(workspace, { client });
    expect(await latest()).toBe(after.id);
  });

  it('is listed with the survivor, and follows it into further merges', async () => {
    const survivorId = await mergedContacts();
    expect(await aliasesOf(survivorId)).toEqual(aliases);
    const next = await create('Next', { phone: '+4930654321' });
    await merge(next, survivorId);
    expect(await aliasesOf(next)).toEqual(expect.arrayContaining([...aliases, { kind: 'PHONE', value: own.phone }]));
    for (const [, input] of ways) expect(await contactBy(input)).toBe(next);
  });

  it('is no alias where the survivor takes it over', async () => {
    const [survivorId, otherId] = [await create('Ada', {}), await create('Ada L.', lost)];
    await merge(survivorId, otherId);
    expect(await aliasesOf(survivorId)).toEqual([]);
    expect(await contactBy({ client })).toBe(survivorId);
  });

  it('can be given to the survivor itself, which then has no such alias', async () => {
    const contactId = await mergedContacts();
    await succeed(workspace, UpdateContactDocument, { contactId, ...lost });
    expect(await aliasesOf(contactId)).toEqual([]);
    await create('Bea', own);
  });

  it('leads to one contact, whatever starts while contacts merge', async () => {
    const [survivorId, otherId] = [await create('Ada', own), await create('Ada L.', lost)];
    const begin = () => ways.map(([, input]) => act(workspace, CreateConversationDocument, input));
    await Promise.all([...begin(), merge(survivorId, otherId), ...begin()]);
    for (const [, input] of ways) expect(await contactBy(input)).toBe(survivorId);
    expect(await countOf()).toBe(1);
  });

  it('is erased with the contact', async () => {
    const contactId = await mergedContacts();
    await succeed(workspace, DeleteContactDocument, { contactId });
    expect(await parley.database.prisma.contactAlias.count({ where: { contactId: uuidOf(contactId) } })).toBe(0);
    await create('Bea', lost);
  });
});

describe('removeContactAlias', () => {
  it.each(aliases.map(({ kind, value }) => [kind, value] as const))('frees a %s', async (kind, value) => {
    const contactId = await mergedContacts();
    const input = { contactId, kind, value };
    const { contact, changed } = await remove(input);
    expect(changed).toBe(true);
    expect(contact.aliases).toEqual(aliases.filter((alias) => alias.kind !== kind));
    expect((await remove(input)).changed).toBe(false);
    const field = kind === 'PHONE' ? 'phone' : kind === 'EMAIL' ? 'email' : 'externalId';
    expect(await create('Bea', { [field]: value })).not.toBe(contactId);
  });

  it('takes the value in any spelling', async () => {
    const contactId = await mergedContacts();
    expect((await remove({ contactId, kind: 'PHONE', value: 'tel:+52-1-55-1234-5678' })).changed).toBe(true);
    expect((await remove({ contactId, kind: 'EMAIL', value: 'Ada.L@EXAMPLE.com' })).changed).toBe(true);
  });

  it('refuses a value of another kind, and leaves the values of the contact and the aliases of others', async () => {
    const contactId = await mergedContacts();
    const answer = await act(workspace, RemoveContactAliasDocument, { contactId, kind: 'PHONE', value: own.email });
    expect(issuePaths(answer)).toEqual(['value']);
    expect((await remove({ contactId, kind: 'EMAIL', value: own.email })).changed).toBe(false);
    const other = await makeContact(workspace, 'Bea');
    expect((await remove({ contactId: other.id, kind: 'EMAIL', value: lost.email })).changed).toBe(false);
    expect(await aliasesOf(contactId)).toEqual(aliases);
    const elsewhere = await parley.newWorkspace();
    const input = { contactId, kind: 'EMAIL', value: lost.email } as const;
    await failWith(elsewhere, 'NotFoundError', RemoveContactAliasDocument, input);
    expect(await aliasesOf(contactId)).toEqual(aliases);
  });
});
