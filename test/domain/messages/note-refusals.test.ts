import { beforeEach, describe, expect, it } from 'vitest';
import { systemId } from '../../../src/lib/actor-ref.js';
import {
  DeactivateUserDocument,
  EditMessageDocument,
  type MessageVisibility,
  SendMessageDocument,
  UpdateMessageStatusDocument,
} from '../../generated/operations.js';
import { act, issuePaths, succeed } from '../../support/act.js';
import { messagesOf, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signIn, signInAs } from '../../support/token.js';
import { note } from './support/notes.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);
const BOTH: MessageVisibility[] = ['PUBLIC', 'INTERNAL'];

let agent: TestWorkspace & { actorId: string };
let conversationId: string;
let contactId: string;
beforeEach(async () => {
  agent = await signInAs(parley, workspace, 'AGENT');
  const conversation = await makeContactConversation(workspace, { message: { text: 'Hello', direction: 'INBOUND' } });
  conversationId = conversation.id;
  contactId = conversation.contact?.id ?? '';
});

const texts = async (page: Parameters<typeof messagesOf>[2] = { first: 100, visibility: BOTH }) =>
  nodesOf(await messagesOf(agent, conversationId, page)).map(({ text }) => text);

describe('a note cannot', () => {
  const refused = async (input: object, client: TestWorkspace = workspace) =>
    act(client, SendMessageDocument, { conversationId, text: 'No', visibility: 'INTERNAL', ...input });

  it('come from a contact, who gets a ForbiddenError', async () => {
    const contact = await signIn(parley, workspace, contactId);
    expect(await refused({}, contact)).toMatchObject({ __typename: 'ForbiddenError' });
  });

  it('be inbound, nor be written in the name of the contact, of the owner or of the system', async () => {
    expect(issuePaths(await refused({ direction: 'INBOUND' }))).toEqual(['visibility']);
    expect(issuePaths(await refused({ authorId: contactId }))).toEqual(['visibility']);
    expect(issuePaths(await refused({ authorId: systemId }))).toEqual(['visibility']);
    const owned = await makeConversation(workspace, { ownerId: agent.actorId });
    expect(issuePaths(await refused({ conversationId: owned.id }, agent))).toEqual(['visibility']);
  });

  it('be answered or reacted to by a public message, which its reader would wonder about', async () => {
    const { id } = await note(agent, conversationId, { text: 'Secret' });
    expect(issuePaths(await refused({ visibility: 'PUBLIC', replyToId: id }))).toEqual(['replyToId']);
    const content = { type: 'reaction', messageId: id, emoji: '👍' };
    expect(issuePaths(await refused({ visibility: 'PUBLIC', text: undefined, content }))).toEqual([
      'content.messageId',
    ]);
    const message = await say(agent, conversationId, { text: 'Public' });
    const edited = await act(agent, EditMessageDocument, { messageId: message.id, content });
    expect(issuePaths(edited)).toEqual(['content.messageId']);
  });

  it('get a delivery status', async () => {
    const { id: messageId } = await note(agent, conversationId, { text: 'Secret' });
    expect(issuePaths(await act(workspace, UpdateMessageStatusDocument, { messageId, status: 'READ' }))).toEqual([
      'messageId',
    ]);
  });

  it('mention users that are not there, are deactivated or are of another workspace, nor can a public message', async () => {
    const gone = await makeUser(workspace, 'Gone');
    await succeed(workspace, DeactivateUserDocument, { userId: gone.id });
    const foreign = await makeUser(await parley.newWorkspace(), 'Foreign');
    const mentionedUserIds = [agent.actorId, gone.id, foreign.id];
    expect(issuePaths(await refused({ mentionedUserIds }))).toEqual(['mentionedUserIds.1', 'mentionedUserIds.2']);
    expect(issuePaths(await refused({ visibility: 'PUBLIC', mentionedUserIds: [agent.actorId] }))).toEqual([
      'mentionedUserIds',
    ]);
    expect(issuePaths(await refused({ mentionedUserIds: [contactId] }))).toEqual(['mentionedUserIds.0']);
    expect(issuePaths(await refused({ mentionedUserIds: Array(51).fill(agent.actorId) }))).toEqual([
      'mentionedUserIds',
    ]);
    const message = await say(agent, conversationId, { text: 'Public' });
    const edited = await act(agent, EditMessageDocument, { messageId: message.id, mentionedUserIds: [agent.actorId] });
    expect(issuePaths(edited)).toEqual(['mentionedUserIds']);
    expect(await texts({ first: 10, visibility: ['INTERNAL'] })).toEqual([]);
  });

  it('be asked by a contact which users there are: its own message mentions none, whatever their ids', async () => {
    const contact = await signIn(parley, workspace, contactId);
    const { id: messageId } = await say(contact, conversationId, { text: 'Mine' });
    const answers = [agent.actorId, unknownId('User')].map((userId) =>
      act(contact, EditMessageDocument, { messageId, mentionedUserIds: [userId] }),
    );
    const [known, unknown] = await Promise.all(answers);
    expect(known && issuePaths(known)).toEqual(['mentionedUserIds']);
    expect(unknown).toEqual(known);
  });
});
