import { beforeEach, expect, it } from 'vitest';
import { MarkConversationReadDocument, type MarkConversationReadInput } from '../../generated/operations.js';
import { act } from '../../support/act.js';
import { readConversation, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeContactConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

let conversationId: string;
let ids: string[];
const parley = useParley();
const workspace = useWorkspace(parley);
beforeEach(async () => {
  conversationId = (await makeContactConversation(workspace)).id;
  ids = [];
  for (const text of ['One', 'Two', 'Three']) {
    ids.push((await say(workspace, conversationId, { text, direction: 'INBOUND' })).id);
  }
});

const mark = async (input: Omit<MarkConversationReadInput, 'conversationId'>) =>
  await act(workspace, MarkConversationReadDocument, { conversationId, ...input });
const reads = async () =>
  (await eventsOf(workspace, conversationId)).flatMap((event) =>
    event.__typename === 'ConversationRead' ? [event.seq] : [],
  );

it('markConversationRead marks up to a message and never goes back', async () => {
  const unreadAfter = async (upToMessageId: string | undefined) =>
    expectType(await mark({ upToMessageId }), 'MarkConversationReadPayload').conversation.unreadCount;
  expect(await unreadAfter(ids[1])).toBe(1);
  expect(await unreadAfter(ids[0])).toBe(1);
  expect(await unreadAfter(ids[2])).toBe(0);
  expect(await reads()).toEqual([2, 3]);
});

it('markConversationRead accepts upToSeq or upToMessageId, not both, and no malformed id', async () => {
  for (const input of [{ upToSeq: 1, upToMessageId: ids[0] }, { upToMessageId: 'msg_1' }]) {
    expect(expectType(await mark(input), 'ValidationError').issues).toMatchObject([{ path: ['upToMessageId'] }]);
  }
  expect((await readConversation(workspace, conversationId)).unreadCount).toBe(3);
});

it('markConversationRead returns the same error for a message of another conversation or workspace or a nonexistent one', async () => {
  const elsewhere = await parley.newWorkspace();
  const foreign = await say(elsewhere, (await makeContactConversation(elsewhere)).id, { text: 'Hello' });
  const other = await say(workspace, (await makeContactConversation(workspace)).id, { text: 'Hello' });
  const attempt = async (upToMessageId: string) => {
    const { id, ...rest } = expectType(await mark({ upToMessageId }), 'NotFoundError');
    expect(id).toBe(upToMessageId);
    return rest;
  };
  const unknown = await attempt(unknownId('Message'));
  expect(await attempt(foreign.id)).toEqual(unknown);
  expect(await attempt(other.id)).toEqual(unknown);
});
