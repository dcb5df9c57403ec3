import { describe, expect, it } from 'vitest';
import { migrate } from '../../../src/db/migrate.js';
import {
  ContactDocument,
  CreateContactDocument,
  type CreateConversationInput,
  MergeContactsDocument,
  UpdateContactDocument,
  type UpdateContactInput,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { startParley, type TestWorkspace } from '../../support/parley.js';
import { useScratchDatabase } from '../../support/scratch-database.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

const phone = '+4930123456';
const email = 'ada@example.com';

type Details = NonNullable<CreateConversationInput['contact']>;

const contact = async (contactId: string, client: TestWorkspace = workspace) =>
  await ask(client, ContactDocument, { id: contactId });

async function begin(details: Details, client: TestWorkspace = workspace): Promise<string> {
  const conversation = await makeConversation(client, { contact: details });
  return conversation.contact?.id ?? '';
}

async function change(contactId: string, input: Omit<UpdateContactInput, 'contactId'>) {
  await succeed(workspace, UpdateContactDocument, { contactId, ...input });
  return contact(contactId);
}

describe('a contact without a name', () => {
  it('is called by its phone number, email address or externalId', async () => {
    expect(await contact(await begin({ phone, email }))).toMatchObject({ name: phone, nameIsPlaceholder: true });
    const byEmail = await contact(await begin({ email: 'bea@example.com' }));
    expect(byEmail).toMatchObject({ name: 'bea@example.com', nameIsPlaceholder: true });
    const client = { bot: 'robo', user: 'u-1', channel: 'web' };
    const keyed = await makeConversation(workspace, { client });
    expect(await contact(keyed.contact?.id ?? '')).toMatchObject({ name: 'u-1', nameIsPlaceholder: true });
  });

  it.each([
    ['phone', phone, '+4930654321'],
    ['email', email, 'ada@example.org'],
  ] as const)('is called by its new %s once that changes', async (field, before, after) => {
    const id = await begin(field === 'phone' ? { phone: before } : { email: before });
    expect(await change(id, { [field]: after })).toMatchObject({ name: after, nameIsPlaceholder: true });
    await begin({ ...(field === 'phone' ? { phone: after } : { email: after }), name: 'Ada' });
    expect(await contact(id)).toMatchObject({ name: 'Ada', nameIsPlaceholder: false });
  });

  it('is called by what is left once the phone number is cleared', async () => {
    const id = await begin({ phone, email });
    expect(await change(id, { phone: null })).toMatchObject({ name: email, nameIsPlaceholder: true });
    expect(await change(id, { email: null })).toMatchObject({ name: 'Unknown', nameIsPlaceholder: true });
    expect(await change(id, { externalId: 'crm-1' })).toMatchObject({ name: 'crm-1', nameIsPlaceholder: true });
  });

  it('keeps its placeholder when it gets a second address', async () => {
    const id = await begin({ email });
    await begin({ email, phone });
    expect(await contact(id)).toMatchObject({ name: email, phone, nameIsPlaceholder: true });
    expect(await change(id, { externalId: 'crm-1' })).toMatchObject({ name: email });
  });

  it.each([
    ['updateContact', (id: string) => change(id, { phone: '+4930654321', name: 'Ada' })],
    ['createConversation', () => begin({ phone, name: 'Ada' })],
    [
      'createConversation, after its number changed',
      async (id: string) => {
        await change(id, { phone: '+4930654321' });
        return begin({ phone: '+4930654321', name: 'Ada' });
      },
    ],
    [
      'mergeContacts, after its number changed',
      async (id: string) => {
        await change(id, { phone: '+4930654321' });
        const other = (await succeed(workspace, CreateContactDocument, { name: 'Ada' })).contact;
        return succeed(workspace, MergeContactsDocument, { survivorId: id, contactIds: [other.id] });
      },
    ],
  ])('takes a name given by %s', async (_name, give) => {
    const id = await begin({ phone });
    await give(id);
    expect(await contact(id)).toMatchObject({ name: 'Ada', nameIsPlaceholder: false });
  });

  it('does not take the placeholder of a contact that is merged into it, nor pass its own on', async () => {
    const [id, otherId] = [await begin({ phone }), await begin({ email })];
    await succeed(workspace, MergeContactsDocument, { survivorId: id, contactIds: [otherId] });
    expect(await contact(id)).toMatchObject({ name: phone, email, nameIsPlaceholder: true });
    const named = (await succeed(workspace, CreateContactDocument, { name: 'Ada' })).contact;
    await succeed(workspace, MergeContactsDocument, { survivorId: named.id, contactIds: [id] });
    expect(await contact(named.id)).toMatchObject({ name: 'Ada', phone, nameIsPlaceholder: false });
  });
});

describe('a name that was given', () => {
  it('stays, even if it reads like a placeholder', async () => {
    const { id } = (await succeed(workspace, CreateContactDocument, { name: phone, phone })).contact;
    await begin({ phone, name: 'Ada' });
    expect(await change(id, { phone: '+4930654321' })).toMatchObject({ name: phone, nameIsPlaceholder: false });
    const { id: unknown } = (await succeed(workspace, CreateContactDocument, { name: 'Unknown', email })).contact;
    await begin({ email, name: 'Ada' });
    expect(await contact(unknown)).toMatchObject({ name: 'Unknown', nameIsPlaceholder: false });
  });
});

describe('contacts from before the column', () => {
  const scratch = useScratchDatabase();

  it('are known as unnamed if their name is one of their addresses', async () => {
    const before = await startParley({ databaseUrl: scratch.url });
    const old = await before.newWorkspace();
    const ids = [await begin({ phone }, old), await begin({ email }, old)];
    const named = await begin({ email: 'bea@example.com', name: 'Bea' }, old);
    await before.stop();
    await scratch.rows('ALTER TABLE "Contact" DROP COLUMN "nameIsPlaceholder"');
    await scratch.rows(
      "DELETE FROM _prisma_migrations WHERE migration_name ~ '_contact_(name_placeholder|placeholders_before)$'",
    );
    expect(await migrate(scratch.url)).toHaveLength(2);

    const after = await startParley({ databaseUrl: scratch.url });
    const client = after.connect(old);
    for (const id of ids) expect(await contact(id, client)).toMatchObject({ nameIsPlaceholder: true });
    expect(await contact(named, client)).toMatchObject({ name: 'Bea', nameIsPlaceholder: false });
    await begin({ phone, name: 'Ada' }, client);
    expect(await contact(ids[0] ?? '', client)).toMatchObject({ name: 'Ada' });
    await after.stop();
  });
});
