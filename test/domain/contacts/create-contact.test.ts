import { describe, expect, it } from 'vitest';
import {
  ContactDocument,
  ContactsDocument,
  CreateContactDocument,
  CreateConversationDocument,
  type CreateConversationInput,
} from '../../generated/operations.js';
import { act, ask, failWith, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const countOf = async () => (await ask(workspace, ContactsDocument, {})).totalCount;

describe('createContact', () => {
  it('stores the phone number in E.164, the email address in lower case and tags without duplicates', async () => {
    const contact = (
      await succeed(workspace, CreateContactDocument, {
        name: '  Carla ',
        phone: ' +49 (30) 123-456 ',
        email: ' Carla.Customer@Example.COM ',
        avatarUrl: 'https://example.com/carla.png',
        externalId: 'crm-1',
        tags: [' vip ', 'vip', 'new'],
        metadata: { plan: 'gold', nothing: null },
      })
    ).contact;
    expect(contact).toMatchObject({
      id: expect.stringMatching(/^cont_/),
      name: 'Carla',
      phone: '+4930123456',
      email: 'carla.customer@example.com',
      avatarUrl: 'https://example.com/carla.png',
      externalId: 'crm-1',
      tags: ['vip', 'new'],
    });
    expect(contact.metadata).toEqual({ plan: 'gold' });
    expect(await ask(workspace, ContactDocument, { id: contact.id })).toMatchObject({
      name: 'Carla',
      phone: '+4930123456',
    });
  });

  it('needs only a name', async () => {
    const contact = (await succeed(workspace, CreateContactDocument, { name: 'Carla' })).contact;
    expect(contact).toMatchObject({ phone: null, email: null, externalId: null, tags: [], metadata: {} });
    await succeed(workspace, CreateContactDocument, { name: 'Carla' });
    expect(await countOf()).toBe(2);
  });

  it('treats null in any other field as left out', async () => {
    const nothing = { phone: null, email: null, avatarUrl: null, externalId: null, tags: null, metadata: null };
    const input = { name: 'Carla', ...nothing, idempotencyKey: null };
    const { contact } = await succeed(workspace, CreateContactDocument, input);
    expect(contact).toMatchObject({ name: 'Carla', ...nothing, tags: [], metadata: {} });
    await succeed(workspace, CreateContactDocument, input);
    expect(await countOf()).toBe(2);
  });

  it.each([
    ['phone', '+4930123456', '+49 30 123456'],
    ['email', 'carla@example.com', 'CARLA@example.com'],
    ['externalId', 'crm-1', 'crm-1'],
  ] as const)("refuses another contact's %s in any spelling, and names that contact", async (...args) => {
    const [field, value, again] = args;
    const first = (await succeed(workspace, CreateContactDocument, { name: 'First', [field]: value })).contact;
    expect(
      (await failWith(workspace, 'ConflictError', CreateContactDocument, { name: 'Second', [field]: again })).message,
    ).toContain(first.id);
    expect(await countOf()).toBe(1);
    await succeed(await parley.newWorkspace(), CreateContactDocument, { name: 'Elsewhere', [field]: value });
  });

  it.each([
    ['phone', '+4930123456'],
    ['email', 'carla@example.com'],
    ['externalId', 'crm-1'],
  ] as const)('creates one contact for 20 concurrent requests with the same %s', async (field, value) => {
    const inputs = Array.from({ length: 20 }, (_, index) => ({ name: `Carla ${index}`, [field]: value }));
    const answers = await Promise.all(inputs.map((input) => act(workspace, CreateContactDocument, input)));
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual([...Array.from({ length: 19 }, () => 'ConflictError'), 'CreateContactPayload']);
    expect(await countOf()).toBe(1);
  });

  it('answers all of many concurrent requests whose phone numbers and email addresses cross', async () => {
    const phones = ['+4930123456', '+4930123457'];
    const emails = ['a@example.com', 'b@example.com'];
    const inputs = Array.from({ length: 16 }, (_, index) => ({
      name: 'Carla',
      phone: phones[index % 2] ?? '',
      email: emails[Math.floor(index / 2) % 2] ?? '',
    }));
    const answers = await Promise.all(inputs.map((input) => act(workspace, CreateContactDocument, input)));
    const made = answers.flatMap((answer) => (answer.__typename === 'CreateContactPayload' ? [answer.contact] : []));
    expect(made.length).toBeGreaterThanOrEqual(1);
    expect(made.length).toBeLessThanOrEqual(2);
    expect(new Set(made.map(({ phone }) => phone)).size).toBe(made.length);
    expect(new Set(made.map(({ email }) => email)).size).toBe(made.length);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(16 - made.length);
  });

  it.each([
    ['a name of spaces', { name: '  ' }, 'name'],
    ['a name of 256 characters', { name: 'x'.repeat(256) }, 'name'],
    ['a phone number without its country', { phone: '030 123456' }, 'phone'],
    ['a phone number that is too short', { phone: '+4912' }, 'phone'],
    ['a phone number with words behind it', { phone: '+4930123456 after six' }, 'phone'],
    ['a phone number with an extension', { phone: '+4930123456 ext. 12' }, 'phone'],
    ['letters for a phone number', { phone: '+CALLME' }, 'phone'],
    ['an e-mail address without a domain', { email: 'carla@' }, 'email'],
    ['an e-mail address with a space', { email: 'car la@example.com' }, 'email'],
    ['an e-mail address of 255 characters', { email: `${'x'.repeat(243)}@example.com` }, 'email'],
    ['a picture that is no address', { avatarUrl: 'javascript:alert(1)' }, 'avatarUrl'],
    ['an empty externalId', { externalId: ' ' }, 'externalId'],
    ['51 tags', { tags: Array.from({ length: 51 }, (_, index) => `tag ${index}`) }, 'tags'],
    ['metadata over 16 KB', { metadata: { a: 'x'.repeat(16 * 1024) } }, 'metadata'],
  ])('refuses %s and writes nothing', async (_name, input, path) => {
    expect(
      (await failWith(workspace, 'ValidationError', CreateContactDocument, { name: 'Carla', ...input })).issues,
    ).toMatchObject([{ path: [path] }]);
    expect(await countOf()).toBe(0);
  });

  it('refuses an empty tag and one of 65 characters by its index', async () => {
    expect(
      (
        await failWith(workspace, 'ValidationError', CreateContactDocument, {
          name: 'Carla',
          tags: ['ok', ' ', 'x'.repeat(65)],
        })
      ).issues.map(({ path }) => path),
    ).toEqual([
      ['tags', '1'],
      ['tags', '2'],
    ]);
  });

  it('accepts 50 tags of 64 characters and metadata of 16 KB', async () => {
    const tags = Array.from({ length: 50 }, (_, index) => String(index).padEnd(64, 'x'));
    const metadata = { a: 'x'.repeat(16 * 1024 - '{"a":""}'.length) };
    expect((await succeed(workspace, CreateContactDocument, { name: 'Carla', tags, metadata })).contact).toMatchObject({
      tags,
      metadata,
    });
  });
});

describe('a contact given by its details in createConversation', () => {
  const begin = async (contact: NonNullable<CreateConversationInput['contact']>) => {
    const createConversation = await act(workspace, CreateConversationDocument, { contact });
    return createConversation;
  };
  const contactOf = async (details: Parameters<typeof begin>[0]) => {
    const { conversation } = expectType(await begin(details), 'CreateConversationPayload');
    return ask(workspace, ContactDocument, { id: conversation.contact?.id ?? '' });
  };

  it('is found by phone number or email address, and only its empty fields are filled', async () => {
    const first = await contactOf({ phone: '+49 30 123456', metadata: { a: 1, b: null } });
    expect(first).toMatchObject({ name: '+4930123456', email: null });
    expect(first?.metadata).toEqual({ a: 1 });
    const filled = await contactOf({ phone: '+4930123456', email: 'Carla@example.com', name: 'Carla' });
    expect(filled).toMatchObject({ id: first?.id, name: 'Carla', email: 'carla@example.com' });
    const other = { email: 'carla@example.com', name: 'Another', phone: '+4930123456', metadata: { c: 1 } };
    expect(await contactOf(other)).toMatchObject({ id: first?.id, name: 'Carla', metadata: { a: 1 } });
    expect(await countOf()).toBe(1);
  });

  it('is refused if the details match two contacts', async () => {
    await succeed(workspace, CreateContactDocument, { name: 'By phone', phone: '+4930123456' });
    await succeed(workspace, CreateContactDocument, { name: 'By mail', email: 'carla@example.com' });
    expectType(await begin({ phone: '+4930123456', email: 'carla@example.com' }), 'ConflictError');
  });

  it('is created once for 20 concurrent requests', async () => {
    const details = { phone: '+4930123456', email: 'carla@example.com', name: 'Carla' };
    const contacts = await Promise.all(Array.from({ length: 20 }, () => contactOf(details)));
    expect(new Set(contacts.map((contact) => contact?.id)).size).toBe(1);
    expect(await countOf()).toBe(1);
  });
});
