import { describe, expect, it } from 'vitest';
import {
  ContactDocument,
  CreateContactDocument,
  CreateProspectDocument,
  UpdateContactDocument,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeConversation } from '../../support/make.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const contactBy = async (phone: string) => (await makeConversation(workspace, { contact: { phone } })).contact?.id;
const create = async (name: string, phone: string) =>
  (await succeed(workspace, CreateContactDocument, { name, phone })).contact;

const twofold = [
  ['Mexico', '+5215512345678', '+525512345678'],
  ['Brazil', '+551187654321', '+5511987654321'],
  ['Argentina', '+541123456789', '+5491123456789'],
  ["Côte d'Ivoire", '+22507123456', '+2250707123456'],
  ['Benin', '+22997123456', '+2290197123456'],
  ['Colombia', '+5716012345', '+576016012345'],
  ['Vietnam', '+841234567890', '+84834567890'],
] as const;

describe('a contact whose phone number is written in two ways', () => {
  it.each(twofold)('is found by both: %s', async (_country, old, current) => {
    const first = await contactBy(old);
    expect(await contactBy(current)).toBe(first);
    expect(await contactBy(old)).toBe(first);
  });

  it.each(twofold)('is the only one with it, in whichever order: %s', async (_country, old, current) => {
    const { id } = await create('Ada', current);
    const refused = await failWith(workspace, 'ConflictError', CreateContactDocument, { name: 'Bea', phone: old });
    expect(refused.message).toContain(id);
    await succeed(workspace, UpdateContactDocument, { contactId: id, phone: old });
    const other = (await succeed(workspace, CreateContactDocument, { name: 'Bea' })).contact;
    await failWith(workspace, 'ConflictError', UpdateContactDocument, { contactId: other.id, phone: current });
  });

  it('is made once by requests at the same time', async () => {
    const phones = Array.from({ length: 16 }, (_, index) => (index % 2 ? '+541123456789' : '+5491123456789'));
    expect(new Set(await Promise.all(phones.map(contactBy))).size).toBe(1);
    const answers = await Promise.all(
      phones.map((phone) => act(workspace, CreateContactDocument, { name: 'Ada', phone: phone.replace('11', '23') })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'CreateContactPayload')).toHaveLength(1);
  });

  it('is found under a number stored before it was changed', async () => {
    const [old, current] = ['+551187654321', '+5511987654321'];
    const { id } = await create('Ada', current);
    await parley.database.prisma.contact.updateMany({ where: { id: uuidOf(id) }, data: { phone: old } });
    expect(await contactBy(old)).toBe(id);
    expect(await contactBy(current)).toBe(id);
    expect(await ask(workspace, ContactDocument, { id })).toMatchObject({ phone: old });
  });
});

describe('two people whose numbers resemble each other', () => {
  it.each([
    ['a Brazilian landline and a mobile phone', '+551137654321', '+5511937654321'],
    ['a Brazilian radio telephone and a mobile phone', '+551177654321', '+5511977654321'],
  ])('stay two contacts: %s', async (_name, one, other) => {
    expect(await contactBy(one)).not.toBe(await contactBy(other));
  });
});

it('takes phone numbers of prospects as it takes those of contacts', async () => {
  const phoneOf = async (phone: string) => (await succeed(workspace, CreateProspectDocument, { phone })).prospect.phone;
  expect(await phoneOf('\u202atel:+52-1-55-1234-5678\u202c')).toBe('+525512345678');
  expect(await phoneOf('＋４９ ３０ １２３４５６')).toBe('+4930123456');
});
