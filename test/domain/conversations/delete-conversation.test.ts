import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  ContactDocument,
  ConversationDocument,
  ConversationPageDocument,
  CreateConversationDocument,
  DeleteConversationDocument,
  EventsDocument,
  NodesDocument,
  ReopenConversationDocument,
  SendMessageDocument,
  TransferConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeChannel, makeContact, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';

const parley = useParley();

const secrets = ['secret subject', 'secret tag', 'secret metadata', 'secret note', 'secret reason', 'secret summary'];
const [subject = '', tag = '', metadata = '', note = '', reason = '', summary = ''] = secrets;

/** A conversation whose log holds all that people can write into it. */
async function talkative(workspace: TestWorkspace) {
  const [ada, ben] = [await makeUser(workspace), await makeUser(workspace)];
  const { id, contact } = await makeContactConversation(workspace, {
    message: { text: 'Hello', direction: 'INBOUND' },
  });
  await succeed(workspace, UpdateConversationDocument, {
    conversationId: id,
    subject,
    tags: [tag],
    metadata: { [metadata]: metadata },
  });
  await succeed(workspace, UpdateConversationDocument, {
    conversationId: id,
    subject: null,
    priority: 'HIGH',
    flowId: 'flow',
  });
  await succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId: ada.id, note });
  await succeed(workspace, TransferConversationDocument, {
    conversationId: id,
    toAssigneeId: ben.id,
    reason,
    summary,
    notifyContact: true,
  });
  await succeed(workspace, CloseConversationDocument, {
    conversationId: id,
    reason,
    notes: note,
    resolution: 'RESOLVED',
  });
  await succeed(workspace, ReopenConversationDocument, { conversationId: id });
  await succeed(workspace, SendMessageDocument, { conversationId: id, text: 'Bye', authorId: ada.id });
  return { id, contactId: contact?.id ?? '', adaId: ada.id, benId: ben.id };
}

const logOf = ({ id }: TestWorkspace) =>
  parley.database.prisma.event.findMany({ where: { workspaceId: uuidOf(id) }, orderBy: { position: 'asc' } });

describe('deleteConversation', () => {
  it('returns the number of deleted messages and leaves no row behind', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await talkative(workspace);
    expect(await act(workspace, DeleteConversationDocument, { conversationId: id })).toEqual({
      __typename: 'DeleteConversationPayload',
      deletedConversationId: id,
      deletedMessageCount: 3,
    });
    const { prisma } = parley.database;
    const where = { workspaceId: uuidOf(workspace.id), conversationId: uuidOf(id) };
    const left = await Promise.all([
      prisma.message.count({ where }),
      prisma.participant.count({ where }),
      prisma.readPosition.count({ where }),
      prisma.transfer.count({ where }),
      prisma.prospectLink.count({ where }),
      prisma.conversation.count({ where: { id: uuidOf(id) } }),
    ]);
    expect(left).toEqual([0, 0, 0, 0, 0, 0]);
    const conversation = await ask(workspace, ConversationDocument, { id });
    expect(conversation).toBeNull();
  });

  it('keeps the contact, the users and the other conversations', async () => {
    const workspace = await parley.newWorkspace();
    const { id, contactId, adaId } = await talkative(workspace);
    const other = await makeConversation(workspace, { contactId, message: { text: 'Another', direction: 'INBOUND' } });
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    const contact = await ask(workspace, ContactDocument, { id: contactId });
    expect(contact).toMatchObject({ name: 'Carla Customer', conversations: { nodes: [{ id: other.id }] } });
    const nodes = await ask(workspace, NodesDocument, { ids: [adaId, other.id, id] });
    expect(nodes.map((node) => node?.id ?? null)).toEqual([adaId, other.id, null]);
    const page = await workspace.run(ConversationPageDocument, { id: other.id });
    expect(nodesOf(page.conversation?.messages)).toMatchObject([{ text: 'Another' }]);
  });

  it('blanks what people wrote in its events and keeps the rest of the log', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await talkative(workspace);
    const kept = await makeConversation(workspace, { subject: 'Kept' });
    await succeed(workspace, UpdateConversationDocument, { conversationId: kept.id, subject: 'Kept as well' });
    const before = await logOf(workspace);
    for (const secret of secrets) expect(JSON.stringify(before.map((event) => event.payload))).toContain(secret);
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    const after = await logOf(workspace);
    expect(JSON.stringify(after.map((event) => event.payload))).not.toContain('secret');
    expect(JSON.stringify(after.map((event) => event.payload))).toContain('Kept as well');
    const withoutPayload = (log: typeof before) => log.map(({ payload: _, ...event }) => event);
    expect(withoutPayload(after.slice(0, before.length))).toEqual(withoutPayload(before));
    expect(after.map(({ position }) => Number(position))).toEqual(after.map((_, index) => index + 1));
    expect(after.at(-1)).toMatchObject({ type: 'conversation.deleted', conversationId: uuidOf(id), payload: {} });
    expect(after).toHaveLength(before.length + 1);
  });

  it('leaves its events readable, with a null conversation and from and to kept', async () => {
    const workspace = await parley.newWorkspace();
    const { id, adaId, benId } = await talkative(workspace);
    const before = await ask(workspace, EventsDocument, {});
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    const events = await ask(workspace, EventsDocument, {});
    expect(
      nodesOf(events)
        .slice(0, -1)
        .map(({ cursor }) => cursor),
    ).toEqual(nodesOf(before).map(({ cursor }) => cursor));
    expect(nodesOf(events).at(-1)).toMatchObject({ type: 'conversation.deleted', conversationId: id });
    const ofType = (type: string) => nodesOf(events).filter((event) => event.type === type);
    expect(ofType('conversation.updated')).toMatchObject([
      {
        changes: [
          { field: 'subject', from: null, to: null },
          { field: 'tags', from: null, to: null },
          { field: 'metadata', from: null, to: null },
        ],
      },
      {
        changes: [
          { field: 'subject', from: null, to: null },
          { field: 'priority', from: 'NORMAL', to: 'HIGH' },
          { field: 'flowId', from: null, to: 'flow' },
        ],
      },
    ]);
    expect(ofType('conversation.assigned')).toMatchObject([{ from: null, to: { id: adaId }, note: null }]);
    expect(ofType('conversation.transferred')).toMatchObject([
      { transfer: { from: { id: adaId }, to: { id: benId }, reason: null, summary: null } },
    ]);
    expect(ofType('conversation.closed')).toMatchObject([
      { closure: { reason: null, notes: null, resolution: 'RESOLVED' } },
    ]);
    expect(ofType('message.added')).toMatchObject([{ message: null }, { message: null }, { message: null }]);
    expect(ofType('participant.joined')[0]).toMatchObject({ participant: null });
  });

  it('succeeds for one of many concurrent requests, after which it is not found', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace, { message: { text: 'Hello' } });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => act(workspace, DeleteConversationDocument, { conversationId: id })),
    );
    const names = answers.map(({ __typename }) => __typename).sort();
    expect(names).toEqual(['DeleteConversationPayload', ...Array(7).fill('NotFoundError')]);
    expect((await act(workspace, UpdateConversationDocument, { conversationId: id, subject: 'x' })).__typename).toBe(
      'NotFoundError',
    );
    expect((await logOf(workspace)).filter(({ type }) => type === 'conversation.deleted')).toHaveLength(1);
  });

  it('frees the externalId and the place of the one active conversation', async () => {
    const workspace = await parley.newWorkspace();
    const input = {
      channelId: (await makeChannel(workspace)).id,
      contactId: (await makeContact(workspace)).id,
      externalId: 'order-17',
    };
    const { id } = await makeConversation(workspace, input);
    await succeed(workspace, DeleteConversationDocument, { conversationId: id });
    expect((await act(workspace, CreateConversationDocument, input)).__typename).toBe('CreateConversationPayload');
  });

  it('deletes what is written concurrently, or makes the write fail', async () => {
    const workspace = await parley.newWorkspace();
    const { id } = await makeConversation(workspace);
    const sends = Array.from({ length: 10 }, (_, index) =>
      act(workspace, SendMessageDocument, { conversationId: id, text: `${index}` }),
    );
    const [removed, ...sent] = await Promise.all([
      act(workspace, DeleteConversationDocument, { conversationId: id }),
      ...sends,
    ]);
    const added = sent.filter(({ __typename }) => __typename === 'SendMessagePayload').length;
    expect(removed).toMatchObject({ deletedMessageCount: added });
    expect(sent.filter(({ __typename }) => __typename === 'NotFoundError')).toHaveLength(10 - added);
    const log = await logOf(workspace);
    expect(log.filter(({ type }) => type === 'message.added')).toHaveLength(added);
    expect(log.at(-1)?.type).toBe('conversation.deleted');
  });
});
