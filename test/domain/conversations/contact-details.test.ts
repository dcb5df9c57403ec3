import { describe, expect, it } from 'vitest';
import {
  ContactDocument,
  CreateConversationDocument,
  type CreateConversationInput,
} from '../../generated/operations.js';
import { act, ask } from '../../support/act.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeConversation } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';

const parley = useParley();
const secondServer = useParley({});

const phone = '+4930123456';
const email = 'ada@example.com';

type Details = NonNullable<CreateConversationInput['contact']>;

/** The contact of a conversation that is created with these details. */
async function contactOf(workspace: TestWorkspace, details: Details) {
  const { contact } = await makeConversation(workspace, { contact: details });
  const found = await workspace.run(ContactDocument, { id: contact?.id ?? '' });
  if (!found.contact) throw new Error('The conversation has no contact.');
  return found.contact;
}

const contactCount = ({ id }: TestWorkspace) =>
  parley.database.prisma.contact.count({ where: { workspaceId: uuidOf(id) } });

describe('a contact given by its details', () => {
  it('is created if nobody has the phone number or email address', async () => {
    const workspace = await parley.newWorkspace();
    const details = {
      phone: '+49 (0)30 123456',
      email: ' Ada@Example.COM ',
      name: ' Ada ',
      externalId: 'u1',
      metadata: { a: 1 },
    };
    expect(await contactOf(workspace, details)).toMatchObject({
      phone,
      email,
      name: 'Ada',
      externalId: 'u1',
      metadata: { a: 1 },
    });
    expect(await contactCount(workspace)).toBe(1);
  });

  it('is named by its phone number or else email address until it gets a name', async () => {
    const workspace = await parley.newWorkspace();
    expect(await contactOf(workspace, { email })).toMatchObject({ name: email });
    expect(await contactOf(workspace, { phone })).toMatchObject({ name: phone });
    expect(await contactOf(workspace, { phone, name: 'Ada' })).toMatchObject({ name: 'Ada' });
    expect(await contactOf(workspace, { phone, name: 'Somebody else' })).toMatchObject({ name: 'Ada' });
  });

  it('is found by phone number or email address in any spelling', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await contactOf(workspace, { phone, email });
    expect(await contactOf(workspace, { phone: '+49 30 12 34 56' })).toMatchObject({ id });
    expect(await contactOf(workspace, { email: 'ADA@example.com' })).toMatchObject({ id });
    expect(await contactCount(workspace)).toBe(1);
  });

  it('keeps its values and gets only missing ones', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await contactOf(workspace, { phone, name: 'Ada', metadata: { kept: true } });
    const more = { phone, email, name: 'Eve', externalId: 'u1', metadata: { kept: false, more: 1 } };
    expect(await contactOf(workspace, more)).toMatchObject({
      id,
      phone,
      email,
      name: 'Ada',
      externalId: 'u1',
      metadata: { kept: true },
    });
    const other = { phone: '+4930999999', email, externalId: 'u2' };
    expect(await contactOf(workspace, other)).toMatchObject({ id, phone, externalId: 'u1' });
  });

  it('is refused if phone number and email address belong to two contacts, and neither changes', async () => {
    const workspace = await parley.newWorkspace();
    const byPhone = await contactOf(workspace, { phone });
    const byEmail = await contactOf(workspace, { email });
    const answer = await act(workspace, CreateConversationDocument, { contact: { phone, email, externalId: 'u1' } });
    expect(answer).toMatchObject({ __typename: 'ConflictError', code: 'CONFLICT' });
    for (const { conversations: _, ...before } of [byPhone, byEmail]) {
      const contact = await ask(workspace, ContactDocument, { id: before.id });
      expect(contact).toMatchObject(before);
      expect(contact?.conversations.totalCount).toBe(1);
    }
  });

  it('is refused if another contact has the externalId', async () => {
    const workspace = await parley.newWorkspace();
    await contactOf(workspace, { phone, externalId: 'u1' });
    expect(
      (await act(workspace, CreateConversationDocument, { contact: { email, externalId: 'u1' } })).__typename,
    ).toBe('ConflictError');
    expect(await contactCount(workspace)).toBe(1);
  });

  it('is a different contact in another workspace', async () => {
    const here = await contactOf(await parley.newWorkspace(), { phone });
    const there = await contactOf(await parley.newWorkspace(), { phone });
    expect(there.id).not.toBe(here.id);
  });

  it('is created once for concurrent requests on two servers by phone number, email address or both', async () => {
    const fresh = await parley.newWorkspace();
    const clients = [fresh, secondServer.connect(fresh)];
    const details = [{ phone }, { phone, email }, { email, phone }];
    const answers = await Promise.all(
      Array.from({ length: 18 }, (_, index) =>
        act(clients[index % 2] ?? fresh, CreateConversationDocument, { contact: details[index % 3] ?? { phone } }),
      ),
    );
    const ids = answers.map((answer) => expectType(answer, 'CreateConversationPayload').conversation.contact?.id);
    expect(new Set(ids).size).toBe(1);
    expect(await contactCount(fresh)).toBe(1);
    const contact = await ask(fresh, ContactDocument, { id: ids[0] ?? '' });
    expect(contact).toMatchObject({ phone, email, conversations: { totalCount: 18 } });
  });
});
