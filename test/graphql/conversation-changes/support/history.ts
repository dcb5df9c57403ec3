import { randomUUID } from 'node:crypto';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  type ConversationStatus,
  CreateConversationDocument,
  DeleteContactDocument,
  DeleteConversationDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  LinkProspectDocument,
  MarkConversationReadDocument,
  MergeContactsDocument,
  type MessageDirection,
  ReopenConversationDocument,
  SendMessageDocument,
  SnoozeConversationDocument,
  TransferConversationDocument,
  UnlinkProspectDocument,
  UpdateConversationDocument,
  UpdateUserDocument,
  type UserRole,
} from '../../../generated/operations.js';
import { type Answer, act } from '../../../support/act.js';
import { makeBot, makeChannel, makeContact, makeProspect, makeUser } from '../../../support/make.js';
import type { TestServer, TestWorkspace } from '../../../support/parley.js';
import type { Random } from '../../../support/seeded-random.js';
import { signIn } from '../../../support/token.js';

const TAGS = ['a', 'b', 'c'];
const PRIORITIES = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
const STATUSES: ConversationStatus[] = ['OPEN', 'PENDING', 'CLOSED'];

/** Everyone and everything that random acts are about. */
export type Cast = Awaited<ReturnType<typeof makeCast>>;

export async function makeCast(parley: Pick<TestServer, 'connect'>, workspace: TestWorkspace) {
  const conversations: string[] = [];
  const messages: string[] = [];
  const notes: string[] = [];
  const [channel, many] = [
    await makeChannel(workspace, { type: 'WHATSAPP' }),
    await makeChannel(workspace, { type: 'WEBCHAT', allowMany: true }),
  ];
  const [anna, ben, owner] = [
    await makeUser(workspace, 'Anna'),
    await makeUser(workspace, 'Ben'),
    await makeUser(workspace, 'Olga'),
  ];
  const bot = await makeBot(workspace);
  const contacts = [await makeContact(workspace), await makeContact(workspace), await makeContact(workspace)];
  const [contact] = contacts;
  return {
    workspace,
    channels: [channel.id, many.id],
    users: [anna.id, ben.id, owner.id],
    contacts: contacts.map(({ id }) => id),
    botId: bot.id,
    prospectId: (await makeProspect(workspace)).id,
    anna: await signIn(parley, workspace, anna.id),
    asBot: parley.connect({ id: workspace.id, apiKey: bot.apiKey }),
    asContact: await signIn(parley, workspace, contact?.id ?? ''),
    conversations,
    messages,
    notes,
  };
}

/** Does something at random that may be refused, and says what it was. */
export async function actAtRandom(cast: Cast, random: Random): Promise<string> {
  const { workspace, anna, users, contacts, channels, botId, prospectId } = cast;
  const one = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  };
  const perhaps = <Item>(chance: number, item: () => Item) => (random() < chance ? item() : undefined);
  async function attempt<Union extends Answer, Input>(
    document: TypedDocumentNode<{ [name: string]: Union }, { input: Input }>,
    input: NoInfer<Input>,
    client = workspace,
  ) {
    return { answer: await act(client, document, input), text: `${JSON.stringify(input)}` };
  }
  const said = ({ answer, text }: { answer: Answer; text: string }) => `${answer.__typename} ${text}`;

  if (cast.conversations.length === 0 || random() < 0.15) {
    const created = await attempt(CreateConversationDocument, {
      channelId: perhaps(0.7, () => one(channels)) ?? null,
      contactId: perhaps(0.7, () => one(contacts)) ?? null,
      ownerId: perhaps(0.4, () => one(users)) ?? null,
      assigneeId: perhaps(0.4, () => one([...users, botId])) ?? null,
      botId: perhaps(0.3, () => botId) ?? null,
      participantIds: perhaps(0.4, () => [one(users)]) ?? null,
      tags: perhaps(0.5, () => [one(TAGS)]) ?? null,
      priority: one(PRIORITIES),
    });
    if (created.answer.__typename === 'CreateConversationPayload') {
      cast.conversations.push(created.answer.conversation.id);
    }
    return said(created);
  }
  const conversationId = one(cast.conversations);
  const actorId = one([...users, botId, ...contacts]);
  const acts: (() => Promise<string>)[] = [
    async () => {
      const sent = await attempt(SendMessageDocument, {
        conversationId,
        text: 'Hi',
        direction: one<MessageDirection>(['INBOUND', 'OUTBOUND']),
      });
      if (sent.answer.__typename === 'SendMessagePayload') cast.messages.push(sent.answer.messageEdge.node.id);
      return said(sent);
    },
    async () =>
      said(
        await attempt(AssignConversationDocument, {
          conversationId,
          assigneeId: perhaps(0.7, () => one([...users, botId])) ?? null,
        }),
      ),
    async () =>
      said(await attempt(TransferConversationDocument, { conversationId, toAssigneeId: one([...users, botId]) })),
    async () =>
      said(await attempt(UpdateConversationDocument, { conversationId, tags: TAGS.filter(() => random() < 0.5) })),
    async () =>
      said(
        await attempt(UpdateConversationDocument, {
          conversationId,
          status: perhaps(0.5, () => one(STATUSES)) ?? null,
          priority: one(PRIORITIES),
          subject: `About ${random()}`,
        }),
      ),
    async () => said(await attempt(SnoozeConversationDocument, { conversationId, until: '2999-01-01T00:00:00Z' })),
    async () => said(await attempt(CloseConversationDocument, { conversationId })),
    async () => said(await attempt(ReopenConversationDocument, { conversationId })),
    async () => said(await attempt(JoinConversationDocument, { conversationId, actorId })),
    async () => said(await attempt(LeaveConversationDocument, { conversationId, actorId })),
    async () => said(await attempt(LinkProspectDocument, { conversationId, prospectId })),
    async () => said(await attempt(UnlinkProspectDocument, { conversationId, prospectId })),
    async () => said(await attempt(MarkConversationReadDocument, { conversationId }, one([workspace, anna]))),
    async () => {
      const mentionedUserIds = users.filter(() => random() < 0.5);
      if (cast.notes.length > 0 && random() < 0.3) {
        return said(await attempt(EditMessageDocument, { messageId: one(cast.notes), mentionedUserIds }));
      }
      const input = { conversationId, text: 'Psst', visibility: 'INTERNAL' as const, mentionedUserIds };
      const added = await attempt(SendMessageDocument, input);
      if (added.answer.__typename === 'SendMessagePayload') {
        cast.messages.push(added.answer.messageEdge.node.id);
        cast.notes.push(added.answer.messageEdge.node.id);
      }
      return said(added);
    },
    async () =>
      cast.messages.length === 0
        ? 'nothing'
        : said(await attempt(DeleteMessageDocument, { messageId: one(cast.messages) })),
    async () => (random() < 0.4 ? said(await attempt(DeleteConversationDocument, { conversationId })) : 'nothing'),
    async () =>
      random() < 0.4
        ? said(await attempt(UpdateUserDocument, { userId: users[0] ?? '', role: one<UserRole>(['AGENT', 'ADMIN']) }))
        : 'nothing',
    async () => {
      if (random() > 0.3) return 'nothing';
      const survivorId = one(contacts);
      const others = contacts.filter((id) => id !== survivorId);
      return said(
        await attempt(MergeContactsDocument, { survivorId, contactIds: [one(others)], closeDuplicates: true }),
      );
    },
    async () => {
      if (random() > 0.15) return 'nothing';
      // A contact of its own, so that the others stay.
      const { id } = await makeContact(workspace, randomUUID());
      await attempt(CreateConversationDocument, { contactId: id });
      return said(await attempt(DeleteContactDocument, { contactId: id, force: true }));
    },
  ];
  return one(acts)();
}
