import { beforeEach, describe, expect, it } from 'vitest';
import type { UpdateMessageStatusInput } from '../../generated/operations.js';
import {
  DeleteConversationDocument,
  LeaveConversationDocument,
  UpdateMessageStatusDocument,
} from '../../generated/operations.js';
import { act, failWith, succeed } from '../../support/act.js';
import { participantsOf, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import {
  eventsOf,
  makeBot,
  makeContact,
  makeContactConversation,
  makeConversation,
  makeUser,
} from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import { readMessage } from './support/messages.js';

let statements: string[] = [];
let conversationId: string;
let messageId: string;
/** Ids of participants by their names. */
let participants: Map<string, string>;
const parley = useParley({ onStatement: (sql) => statements.push(sql) });
const workspace = useWorkspace(parley);
beforeEach(async () => {
  const [ada, bob] = [await makeUser(workspace, 'Ada'), await makeContact(workspace, 'Bob')];
  conversationId = (await makeContactConversation(workspace, { participantIds: [ada.id, bob.id] })).id;
  messageId = (await say(workspace, conversationId, { text: 'Hello' })).id;
  const { body } = await workspace.post<{ conversation: { participants: { id: string; name: string }[] } }>(
    'query ($id: ID!) { conversation(id: $id) { participants { id name } } }',
    { id: conversationId },
  );
  participants = new Map(body.data?.conversation.participants.map(({ id, name }) => [name, id]));
});

type Status = UpdateMessageStatusInput['status'];

const idOf = (name: string) => participants.get(name) ?? '';
const report = (name: string, status: Status, errorMessage?: string) =>
  act(workspace, UpdateMessageStatusDocument, {
    messageId,
    status,
    participantId: idOf(name),
    ...(errorMessage === undefined ? {} : { errorMessage }),
  });
const raise = async (name: string, status: Status, errorMessage?: string) =>
  expectType(await report(name, status, errorMessage), 'UpdateMessageStatusPayload').messageEdge.node;
const copies = async () =>
  (await readMessage(workspace, messageId)).transportStatuses.map(({ participant, status, errorMessage }) => ({
    name: participant.name,
    status,
    errorMessage,
  }));
const updates = async () =>
  (await eventsOf(workspace, conversationId)).filter(({ type }) => type === 'message.updated').length;
const carla = 'Carla Customer';

describe('the delivery status of a participant', () => {
  it('advances step by step, is logged each time, and advances the message', async () => {
    expect((await readMessage(workspace, messageId)).transportStatuses).toEqual([]);
    for (const status of ['PENDING', 'SENT', 'DELIVERED', 'READ'] as const) {
      expect(await raise(carla, status)).toMatchObject({ status });
      expect(await copies()).toEqual([{ name: carla, status, errorMessage: null }]);
    }
    expect(await updates()).toBe(4);
  });

  it('neither goes back nor repeats', async () => {
    await raise(carla, 'DELIVERED');
    const before = await readMessage(workspace, messageId);
    for (const status of ['DELIVERED', 'SENT', 'PENDING', 'FAILED'] as const) await raise(carla, status);
    expect(await readMessage(workspace, messageId)).toEqual(before);
    expect(await updates()).toBe(1);
  });

  it('is separate for each participant, and the message follows the most advanced one', async () => {
    await raise('Bob', 'READ');
    expect(await raise(carla, 'SENT')).toMatchObject({ status: 'READ' });
    expect(await copies()).toEqual([
      { name: carla, status: 'SENT', errorMessage: null },
      { name: 'Bob', status: 'READ', errorMessage: null },
    ]);
    expect(await updates()).toBe(2);
  });

  it('makes the message fail only once it has failed for all customers and all others', async () => {
    await raise('Ada', 'SENT');
    expect(await raise(carla, 'FAILED', 'No such number')).toMatchObject({ status: 'SENT', errorMessage: null });
    expect(await raise('Bob', 'FAILED', 'Blocked')).toMatchObject({ status: 'SENT' });
    expect(await raise('Ada', 'FAILED', 'Offline')).toMatchObject({ status: 'FAILED', errorMessage: 'Offline' });
    expect((await copies()).map(({ errorMessage }) => errorMessage).sort()).toEqual([
      'Blocked',
      'No such number',
      'Offline',
    ]);
  });

  it('makes the message fail only if no other customer is left', async () => {
    expect(await raise(carla, 'FAILED', 'Gone')).toMatchObject({ status: 'PENDING', errorMessage: null });
    const { id } = await makeContactConversation(workspace);
    const message = await say(workspace, id, { text: 'Hello' });
    const [only] = await participantsOf(workspace, id);
    const input = { messageId: message.id, status: 'FAILED' as const, participantId: only?.id, errorMessage: 'Gone' };
    const answer = await succeed(workspace, UpdateMessageStatusDocument, input);
    expect(answer.messageEdge.node).toMatchObject({ status: 'FAILED', errorMessage: 'Gone' });
  });

  it('does not change a message that is already further', async () => {
    await succeed(workspace, UpdateMessageStatusDocument, { messageId, status: 'READ' });
    expect(await raise(carla, 'SENT')).toMatchObject({ status: 'READ' });
    expect(await raise('Bob', 'FAILED')).toMatchObject({ status: 'READ', errorMessage: null });
  });

  it('is kept when the participant leaves, and can still advance', async () => {
    await raise('Ada', 'SENT');
    const { actor } = (await participantsOf(workspace, conversationId)).find(({ id }) => id === idOf('Ada')) ?? {};
    await succeed(workspace, LeaveConversationDocument, { conversationId, actorId: actor?.id });
    expect(await raise('Ada', 'READ')).toMatchObject({ status: 'READ' });
    expect(await copies()).toMatchObject([{ name: 'Ada', status: 'READ' }]);
  });

  it('ends at the highest of concurrent reports, and each advance is logged once', async () => {
    const reports = (['SENT', 'READ', 'DELIVERED', 'PENDING'] as const).flatMap((status) => [
      raise(carla, status),
      raise('Bob', status),
    ]);
    await Promise.all(reports);
    expect(await copies()).toMatchObject([
      { name: carla, status: 'READ' },
      { name: 'Bob', status: 'READ' },
    ]);
    expect((await readMessage(workspace, messageId)).status).toBe('READ');
    expect(await updates()).toBeLessThanOrEqual(8);
  });
});

describe('a delivery report', () => {
  it('is refused for the author itself, a malformed id and a reason without a failure', async () => {
    const bot = await makeBot(workspace);
    const own = await say(parley.connect({ id: workspace.id, apiKey: bot.apiKey }), conversationId, { text: 'Beep' });
    const stays = await participantsOf(workspace, conversationId);
    const participantId = stays.find(({ actor }) => actor.id === bot.id)?.id;
    const refused = [
      [{ messageId: own.id, participantId }, 'participantId'],
      [{ messageId, participantId: 'part_1' }, 'participantId'],
      [{ messageId, participantId: idOf(carla), errorMessage: 'Why' }, 'errorMessage'],
    ] as const;
    for (const [input, path] of refused) {
      expect(
        (await failWith(workspace, 'ValidationError', UpdateMessageStatusDocument, { status: 'SENT', ...input }))
          .issues,
      ).toMatchObject([{ path: [path] }]);
    }
    expect(await updates()).toBe(0);
  });

  it('gets the same error for a participant of another conversation, of another workspace or a nonexistent one', async () => {
    const attempt = async (participantId: string) => {
      const { id, ...rest } = await failWith(workspace, 'NotFoundError', UpdateMessageStatusDocument, {
        messageId,
        status: 'SENT',
        participantId,
      });
      expect(id).toBe(participantId);
      return rest;
    };
    const [other] = await participantsOf(workspace, (await makeContactConversation(workspace)).id);
    const elsewhere = await parley.newWorkspace();
    const [foreign] = await participantsOf(elsewhere, (await makeContactConversation(elsewhere)).id);
    const unknown = await attempt(unknownId('Participant'));
    expect(await attempt(other?.id ?? '')).toEqual(unknown);
    expect(await attempt(foreign?.id ?? '')).toEqual(unknown);
  });

  it('is deleted with its conversation', async () => {
    const reply = await say(workspace, conversationId, { text: 'Again', replyToId: messageId });
    await raise(carla, 'SENT');
    await succeed(workspace, UpdateMessageStatusDocument, {
      messageId: reply.id,
      status: 'READ',
      participantId: idOf('Bob'),
    });
    expect((await succeed(workspace, DeleteConversationDocument, { conversationId })).deletedMessageCount).toBe(2);
    expectType(await report(carla, 'READ'), 'NotFoundError');
  });
});

describe('a page of messages with their replied-to messages and delivery statuses', () => {
  const QUERY = `query ($filter: MessageFilter, $first: Int) { messages(filter: $filter, first: $first) { nodes {
    id replyTo { id text } transportStatuses { status participant { id name } } } } }`;
  type Page = { messages: { nodes: { replyTo: object | null; transportStatuses: object[] }[] } };

  it('takes as many SQL statements for 50 messages as for 2', async () => {
    const { id } = await makeConversation(workspace, {
      participantIds: await Promise.all([1, 2].map(async () => (await makeContact(workspace)).id)),
    });
    const [one, two] = await participantsOf(workspace, id);
    for (let replyToId: string | undefined, index = 0; index < 50; index += 1) {
      const sent: Awaited<ReturnType<typeof say>> = await say(workspace, id, {
        text: `Message ${index}`,
        ...(replyToId ? { replyToId } : {}),
      });
      replyToId = sent.id;
      const participantId = (index % 2 === 0 ? one : two)?.id;
      await succeed(workspace, UpdateMessageStatusDocument, { messageId: sent.id, status: 'SENT', participantId });
    }
    const count = async (first: number) => {
      statements = [];
      const { body } = await workspace.post<Page>(QUERY, { filter: { conversationId: id }, first });
      return { statements: statements.length, nodes: body.data?.messages.nodes ?? [] };
    };
    await count(1);
    const [few, many] = [await count(2), await count(50)];
    expect(many.nodes).toHaveLength(50);
    expect(many.nodes.filter(({ replyTo }) => replyTo !== null)).toHaveLength(49);
    expect(many.nodes.every(({ transportStatuses }) => transportStatuses.length === 1)).toBe(true);
    expect(many.statements).toBe(few.statements);
    // The page, the replies, the statuses, the participants, their contacts, and the key.
    expect(many.statements).toBeLessThanOrEqual(6);
  });
});
