import { beforeAll, describe, expect, it } from 'vitest';
import { systemId } from '../../src/lib/actor-ref.js';
import {
  ConversationHistoryDocument,
  EventsDocument,
  NodeDocument,
  NodesDocument,
  SendMessageDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { act, ask } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType, type TestWorkspace } from '../support/parley.js';

/** An id of every type of node, by the type. */
let ids: Record<string, string>;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  ids = await makeOneOfEach(workspace);
});

async function makeOneOfEach(inWorkspace: TestWorkspace): Promise<Record<string, string>> {
  const user = await makeUser(inWorkspace);
  const conversation = await makeConversation(inWorkspace);
  const input = { conversationId: conversation.id, text: 'Hello', authorId: user.id };
  const sendMessage = await act(inWorkspace, SendMessageDocument, input);
  const history = await ask(inWorkspace, ConversationHistoryDocument, {
    id: conversation.id,
  });
  const viewer = await ask(inWorkspace, ViewerDocument, {});
  return {
    Conversation: conversation.id,
    Message: expectType(sendMessage, 'SendMessagePayload').messageEdge.node.id,
    Participant: history?.participants[0]?.id ?? '',
    Contact: (await makeContact(inWorkspace)).id,
    User: user.id,
    Bot: (await makeBot(inWorkspace)).id,
    Channel: (await makeChannel(inWorkspace)).id,
    ApiKey: viewer.actor.id,
    Workspace: viewer.workspace.id,
  };
}

const node = async (id: string) => await ask(workspace, NodeDocument, { id });

describe('node', () => {
  it('finds every kind of node by its id', async () => {
    for (const [__typename, id] of Object.entries(ids)) expect(await node(id)).toEqual({ __typename, id });
  });

  it('is null for nonexistent nodes and for every node of another workspace', async () => {
    const types = ['Conversation', 'Message', 'Participant', 'Contact', 'Prospect', 'User', 'Bot', 'Channel'] as const;
    for (const type of [...types, 'ApiKey', 'Workspace'] as const) expect(await node(unknownId(type))).toBeNull();
    const foreign = await makeOneOfEach(await parley.newWorkspace());
    for (const id of Object.values(foreign)) expect(await node(id)).toBeNull();
  });

  it('is null for a hidden conversation, its messages and its participants', async () => {
    const owner = await makeUser(workspace);
    const bot = await makeBot(workspace);
    const { id: conversationId } = await makeConversation(workspace, { ownerId: owner.id });
    const input = { conversationId, text: 'Hello', authorId: owner.id };
    const sendMessage = await act(workspace, SendMessageDocument, input);
    const conversation = await ask(workspace, ConversationHistoryDocument, { id: conversationId });
    const hidden = [
      conversationId,
      expectType(sendMessage, 'SendMessagePayload').messageEdge.node.id,
      conversation?.participants[0]?.id ?? '',
    ];
    const nodes = await ask(workspace, NodesDocument, { ids: hidden });
    expect(nodes.map((found) => found?.id)).toEqual(hidden);
    const asBot = await workspace.run(NodesDocument, { ids: hidden }, bot.apiKey);
    expect(asBot.nodes).toEqual([null, null, null]);
  });

  it('is null for the ids of events and of the system, which are not nodes', async () => {
    const events = await ask(workspace, EventsDocument, { first: 1 });
    const nodes = await ask(workspace, NodesDocument, { ids: [nodesOf(events)[0]?.id ?? '', systemId] });
    expect(nodes).toEqual([null, null]);
  });

  it.each([
    ['', 'an empty id'],
    ['conv_', 'an id without digits'],
    ['conv_1', 'an id that is too short'],
    ['conv_81m7y708dxf5qb78zxhcw55kg7', 'an id above 128 bits'],
    ['conv_01M7Y708DXF5QB78ZXHCW55KG7', 'an id in capitals'],
    ['conv_01m7y708dxf5qb78zxhcw55kgu', 'an id with a letter that is no digit'],
    ['nope_01m7y708dxf5qb78zxhcw55kg7', 'an id of an unknown type'],
    ['01890a5d-ac96-774b-bcce-b302099a8057', 'a UUID'],
  ])('refuses %j, %s, with its path', async (id) => {
    const { status, body } = await workspace.post('query ($id: ID!) { node(id: $id) { id } }', { id });
    expect(status).toBe(200);
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['id'] } }]);
  });
});

describe('nodes', () => {
  it('are returned in the order of their ids, with duplicates, and null for missing ones', async () => {
    const { Contact = '', User = '', Message = '' } = ids;
    const asked = [Contact, unknownId('Contact'), User, Message, Contact];
    const nodes = await ask(workspace, NodesDocument, { ids: asked });
    expect(nodes.map((found) => found?.id ?? null)).toEqual([Contact, null, User, Message, Contact]);
  });

  it('are empty for no ids, and limited to 100', async () => {
    expect(await ask(workspace, NodesDocument, { ids: [] })).toEqual([]);
    const hundred = Array.from({ length: 100 }, () => unknownId('User'));
    expect(await ask(workspace, NodesDocument, { ids: hundred })).toHaveLength(100);
    const { body } = await workspace.post('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [...hundred, unknownId('User')],
    });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['ids'] } }]);
  });

  it('are refused with the index of a malformed id', async () => {
    const { body } = await workspace.post('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [unknownId('User'), 'nonsense'],
    });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['ids', '1'] } }]);
  });
});
