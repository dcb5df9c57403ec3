import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { note } from '../../domain/messages/support/notes.js';
import {
  ConversationChangesDocument,
  DeleteMessageDocument,
  EditMessageDocument,
  EventCursorDocument,
  EventsDocument,
  LiveConversationChangesDocument,
  type LiveConversationChangesSubscription,
  LiveConversationCountsDocument,
  type LiveConversationCountsSubscription,
  LiveEventsDocument,
} from '../../generated/operations.js';
import { connect, listen } from '../../live/support/listen.js';
import { ask, succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeContactConversation } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { TestWorkspace } from '../../support/parley.js';
import { signInAs } from '../../support/token.js';
import { catchUp, replicaFrom } from './support/replica.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

let agent: TestWorkspace & { actorId: string };
let conversationId: string;
let after: string;
beforeEach(async () => {
  agent = await signInAs(parley, workspace, 'AGENT');
  conversationId = (await makeContactConversation(workspace)).id;
  after = await ask(workspace, EventCursorDocument, {});
});

describe('of notes, the team is told', () => {
  it('by changes, of the note and its conversation', async () => {
    const { id } = await note(agent, conversationId, { text: 'Look' });
    const replica = replicaFrom(after);
    await catchUp(agent, replica);
    expect(replica.applied).toMatchObject([
      { node: { __typename: 'Conversation', id: conversationId, messageCount: 0 } },
      { node: { __typename: 'Message', id, text: 'Look' } },
    ]);
  });

  it('by events of their own types, which a subscription to those of messages does not get', async () => {
    const socket = connect(parley.url, agent.apiKey);
    onTestFinished(() => socket.dispose());
    const [all, ofMessages] = [
      listen(socket, LiveEventsDocument, { after }),
      listen(socket, LiveEventsDocument, { after, types: ['message.added', 'message.updated'] }),
    ];
    const { id: messageId } = await note(agent, conversationId, { text: 'Look' });
    await succeed(agent, EditMessageDocument, { messageId, text: 'Look here' });
    await succeed(agent, DeleteMessageDocument, { messageId });
    await say(workspace, conversationId, { text: 'Public' });
    const told = (await all.until(4)).map(({ data }) => data?.events);
    expect(told).toMatchObject([
      { __typename: 'NoteAdded', type: 'note.added', messageId, seq: 0 },
      { __typename: 'NoteUpdated', type: 'note.updated', messageId },
      { __typename: 'NoteUpdated', type: 'note.updated', messageId },
      { type: 'message.added' },
    ]);
    expect((await ofMessages.until(1)).map(({ data }) => data?.events.type)).toEqual(['message.added']);
    const read = await ask(agent, EventsDocument, { after });
    expect(nodesOf(read).map(({ type }) => type)).toEqual(told.map((event) => event?.type));
  });

  it('by the list and the counts of the conversations that mention somebody, as soon as one does and does not any more', async () => {
    const filter = { mentionedUserId: agent.actorId };
    const socket = connect(parley.url, agent.apiKey);
    onTestFinished(() => socket.dispose());
    const list = listen<LiveConversationChangesSubscription, { filter: object; after: string }>(
      socket,
      LiveConversationChangesDocument,
      { filter, after },
    );
    const counts = listen<LiveConversationCountsSubscription, { filter: object }>(
      socket,
      LiveConversationCountsDocument,
      { filter },
    );
    await counts.until(1);
    await note(agent, conversationId, { text: 'For nobody' });
    const mention = { mentionedUserIds: [agent.actorId] };
    const { id: messageId } = await note(workspace, conversationId, { text: 'For you', ...mention });
    // Each time, as what happens at the same moment is told once.
    await list.until(1);
    await counts.until(2);
    const { id: again } = await note(workspace, conversationId, { text: 'Again', ...mention });
    await list.until(2);
    const caughtUp = await ask(agent, ConversationChangesDocument, { filter, after, first: 10 });
    await succeed(workspace, EditMessageDocument, { messageId, mentionedUserIds: [] });
    await list.until(3);
    await succeed(workspace, DeleteMessageDocument, { messageId: again });
    expect((await list.until(4)).map(({ data }) => data?.conversationChanges)).toMatchObject([
      { __typename: 'ConversationUpsert', entered: true },
      { __typename: 'ConversationUpsert', entered: false },
      { __typename: 'ConversationUpsert', entered: false },
      { __typename: 'ConversationRemoval', reason: 'NO_LONGER_MATCHES', conversationId },
    ]);
    expect(caughtUp.nodes).toMatchObject([{ __typename: 'ConversationUpsert', entered: true }]);
    expect((await counts.until(3)).map(({ data }) => data?.conversationCounts.open)).toEqual([0, 1, 0]);
  });
});
