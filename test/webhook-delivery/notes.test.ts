import { expect, it } from 'vitest';
import { note } from '../domain/messages/support/notes.js';
import { DeleteMessageDocument, EditMessageDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { say } from '../support/conversations.js';
import { useFreshWorkspace } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeContactConversation, makeUser } from '../support/make.js';
import { makeEndpoint } from './support/endpoints.js';
import { useReceivers } from './support/receiver.js';
import { arrived, settled, types, useDelivery } from './support/world.js';

const parley = useDelivery();
const startReceiver = useReceivers();
const workspace = useFreshWorkspace(parley);

async function endpointFor(events: string[]) {
  const receiver = await startReceiver();
  return { receiver, id: (await makeEndpoint(workspace, { url: receiver.url, events })).id };
}

it('an endpoint gets what happens to notes if it names those events, and not by *, by those of messages or by an alias', async () => {
  const ofAll = await endpointFor(['*']);
  const ofMessages = await endpointFor(['message.added', 'message.updated']);
  const ofReceipts = await endpointFor(['message.received', 'message.delivered']);
  const ofNotes = await endpointFor(['note.added', 'note.updated']);
  const both = await endpointFor(['*', 'note.added']);
  const user = await makeUser(workspace, 'Ben');
  const { id } = await makeContactConversation(workspace);
  const { id: messageId } = await note(workspace, id, { text: 'Whisper', mentionedUserIds: [user.id] });
  await arrived(ofNotes.receiver, 1);
  await succeed(workspace, EditMessageDocument, { messageId, text: 'Murmur' });
  await say(workspace, id, { text: 'Aloud' });
  for (const endpoint of [ofAll, ofMessages, ofReceipts, ofNotes, both]) await settled(parley, workspace, endpoint.id);
  expect(types(ofNotes.receiver)).toEqual(['note.added', 'note.updated']);
  expect(ofNotes.receiver.received[0]?.body).toMatchObject({
    type: 'note.added',
    data: {
      __typename: 'NoteAdded',
      message: { id: messageId, visibility: 'INTERNAL', text: 'Whisper', mentions: [{ id: user.id, name: 'Ben' }] },
    },
  });
  expect(types(ofMessages.receiver)).toEqual(['message.added']);
  expect(types(both.receiver)).toContain('note.added');
  expect(types(both.receiver)).not.toContain('note.updated');
  for (const { receiver } of [ofAll, ofMessages, ofReceipts]) {
    expect(receiver.received.map(({ text }) => text).join()).not.toMatch(/note\.|Whisper|Murmur/);
  }
});

it('what was delivered of a note is erased when it is edited and when it is deleted', async () => {
  const { receiver, id: endpointId } = await endpointFor(['note.added', 'note.updated']);
  const { id } = await makeContactConversation(workspace);
  const kept = async () => {
    await settled(parley, workspace, endpointId);
    const rows = await parley.database.prisma.webhookDelivery.findMany({
      where: { workspaceId: uuidOf(workspace.id) },
      select: { body: true },
    });
    return JSON.stringify(rows);
  };
  const { id: messageId } = await note(workspace, id, { text: 'Whisper' });
  await arrived(receiver, 1);
  expect(await kept()).toContain('Whisper');
  await succeed(workspace, EditMessageDocument, { messageId, text: 'Murmur' });
  await arrived(receiver, 2);
  const edited = await kept();
  expect(edited).toContain('Murmur');
  expect(edited).not.toContain('Whisper');
  await succeed(workspace, DeleteMessageDocument, { messageId });
  await arrived(receiver, 3);
  expect(await kept()).not.toMatch(/Whisper|Murmur/);
});
