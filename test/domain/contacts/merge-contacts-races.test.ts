import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ContactDocument,
  ConversationsDocument,
  CreateContactDocument,
  CreateConversationDocument,
  MergeContactsDocument,
  NodesDocument,
  SendMessageDocument,
  UpdateContactDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';
import { expectType, type TestWorkspace } from '../../support/parley.js';

let clients: [TestWorkspace, TestWorkspace];
const parley = useParley();
const secondServer = useParley({});
const workspace = useWorkspace(parley);
beforeAll(async () => {
  clients = [workspace, secondServer.connect(workspace)];
});

const contact = async (id: string) => await ask(workspace, ContactDocument, { id });
const client = (index: number) => clients[index % 2 === 0 ? 0 : 1];

describe('mergeContacts, run concurrently', () => {
  it('in opposite directions, leaves one of the two contacts', async () => {
    for (let round = 0; round < 4; round += 1) {
      const [a, b] = [await makeContact(workspace), await makeContact(workspace)];
      const ids = [
        (await makeConversation(workspace, { contactId: a.id })).id,
        (await makeConversation(workspace, { contactId: b.id })).id,
      ];
      const answers = await Promise.all([
        act(client(0), MergeContactsDocument, { survivorId: a.id, contactIds: [b.id] }),
        act(client(1), MergeContactsDocument, { survivorId: b.id, contactIds: [a.id] }),
      ]);
      const survivors = answers.map((answer) => expectType(answer, 'MergeContactsPayload').contact.id);
      const [survivor] = survivors;
      expect(new Set(survivors).size).toBe(1);
      expect([(await contact(a.id))?.id, (await contact(b.id))?.id]).toEqual([survivor, survivor]);
      for (const id of ids) expect((await readConversation(workspace, id)).contact?.id).toBe(survivor);
    }
  });

  it('in a ring or of many into one, leaves one contact', async () => {
    const contacts = await Promise.all(Array.from({ length: 8 }, () => makeContact(workspace)));
    const ids = contacts.map(({ id }) => id);
    const answers = await Promise.all(
      ids.map((survivorId, index) =>
        act(client(index), MergeContactsDocument, { survivorId, contactIds: [ids[(index + 1) % ids.length] ?? ''] }),
      ),
    );
    for (const answer of answers) expectType(answer, 'MergeContactsPayload');
    const current = await Promise.all(ids.map(async (id) => (await contact(id))?.id));
    expect(new Set(current).size).toBe(1);
    const rows = await workspace.run(NodesDocument, { ids });
    expect(new Set(rows.nodes.map((node) => node?.id))).toEqual(new Set(current));
  });

  it('with messages and new conversations of the contact, loses none of them', async () => {
    const [survivor, other] = [await makeContact(workspace), await makeContact(workspace)];
    const channel = await makeChannel(workspace, { allowMany: true });
    const { id } = await makeConversation(workspace, { channelId: channel.id, contactId: other.id });
    const [merged, ...answers] = await Promise.all([
      act(client(0), MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] }),
      ...Array.from({ length: 6 }, (_, index) =>
        act(client(index), CreateConversationDocument, {
          channelId: channel.id,
          contactId: other.id,
          message: { text: 'New' },
        }),
      ),
      ...Array.from({ length: 6 }, (_, index) =>
        act(client(index), SendMessageDocument, {
          conversationId: id,
          text: `${index}`,
          direction: 'INBOUND',
          authorId: other.id,
        }),
      ),
    ]);
    expectType(merged, 'MergeContactsPayload');
    for (const answer of answers) expect(answer.__typename).toMatch(/Payload$/);
    expect((await readConversation(workspace, id)).messageCount).toBe(6);
    const conversations = await ask(workspace, ConversationsDocument, {
      filter: { contactId: other.id },
    });
    const contacts = await Promise.all(
      conversations.edges.map(async ({ node }) => (await readConversation(workspace, node.id)).contact?.id),
    );
    expect(contacts).toEqual(Array(7).fill(survivor.id));
  });

  it('with lookups by email address, creates no second contact and refuses none', async () => {
    for (let round = 0; round < 4; round += 1) {
      const other = await makeContact(workspace);
      const survivor = (await succeed(workspace, CreateContactDocument, { name: 'Ada' })).contact;
      const email = `${randomUUID()}@example.com`;
      await succeed(workspace, UpdateContactDocument, { contactId: other.id, email });
      await Promise.all(Array.from({ length: 6 }, () => makeConversation(workspace, { contactId: other.id })));
      let merged = false;
      const merge = async () => {
        const answer = await act(client(0), MergeContactsDocument, { survivorId: survivor.id, contactIds: [other.id] });
        merged = true;
        return expectType(answer, 'MergeContactsPayload');
      };
      const lookUp = async () => {
        const seen: string[] = [];
        do {
          seen.push((await succeed(client(1), CreateConversationDocument, { contact: { email } })).conversation.id);
        } while (!merged);
        return seen;
      };
      const [, ...seen] = await Promise.all([merge(), lookUp(), lookUp(), lookUp()]);
      for (const id of seen.flat()) expect((await readConversation(workspace, id)).contact?.id).toBe(survivor.id);
    }
  });
});
