import { beforeEach, describe, expect, it } from 'vitest';
import {
  CreateApiKeyDocument,
  CreateConversationDocument,
  EventCursorDocument,
  JoinConversationDocument,
  LeaveConversationDocument,
  SendMessageDocument,
  SetTypingDocument,
  TransferConversationDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { connect, listen } from '../live/support/listen.js';
import { ask, failWith, succeed } from '../support/act.js';
import { messagesOf, participantsOf, say } from '../support/conversations.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { eventsOf, makeBot, makeContactConversation, makeConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { signIn, signInAs } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** A key of scope WRITE that a new user of this role made: the least that can act for others. */
async function keyOf(role: 'OWNER' | 'ADMIN') {
  const maker = await signInAs(parley, workspace, role);
  const { apiKey, secret } = await succeed(maker, CreateApiKeyDocument, { name: 'Script', scopes: ['WRITE'] });
  return { ...parley.connect({ id: workspace.id, apiKey: secret }), keyId: apiKey.id, makerId: maker.actorId };
}

let ownerId: string;
beforeEach(async () => {
  ownerId = (await makeUser(workspace, 'Olga Owner', { role: 'OWNER' })).id;
});

const SYSTEM = 'sys_00000000000000000000000000';

describe("an ADMIN's key", () => {
  it('cannot write in the name of an OWNER, and nothing is written', async () => {
    const key = await keyOf('ADMIN');
    const { id: conversationId } = await makeConversation(workspace);
    const refused = [
      await failWith(key, 'ForbiddenError', SendMessageDocument, { conversationId, text: 'Mine', authorId: ownerId }),
      await failWith(key, 'ForbiddenError', CreateConversationDocument, {
        externalId: 'refused',
        message: { text: 'Mine', authorId: ownerId },
      }),
      await failWith(key, 'ForbiddenError', JoinConversationDocument, { conversationId, actorId: ownerId }),
      await failWith(key, 'ForbiddenError', LeaveConversationDocument, { conversationId, actorId: ownerId }),
      await failWith(key, 'ForbiddenError', SetTypingDocument, { conversationId, actorId: ownerId }),
    ];
    expect(new Set(refused.map(({ message }) => message))).toEqual(
      new Set([
        `This API key cannot act for ${ownerId}, whose role OWNER is above that of the user who made the key. Use a key that a user with this role made.`,
      ]),
    );
    expect((await messagesOf(workspace, conversationId)).edges).toEqual([]);
    expect(await participantsOf(workspace, conversationId)).toEqual([]);
    const { body } = await workspace.post('{ conversationByExternalId(externalId: "refused") { id } }');
    expect(body.data).toEqual({ conversationByExternalId: null });
  });

  it('cannot write as the OWNER to whom a conversation belongs, even if it does not name that user', async () => {
    const key = await keyOf('ADMIN');
    const { id: conversationId } = await makeConversation(workspace, { ownerId });
    const input = { conversationId, text: 'Mine', direction: 'INBOUND' as const };
    await failWith(key, 'ForbiddenError', SendMessageDocument, input);
    expect((await messagesOf(workspace, conversationId)).edges).toEqual([]);
  });

  it('can write as everyone else', async () => {
    const key = await keyOf('ADMIN');
    const { id, contact } = await makeContactConversation(workspace);
    const others = [
      key.makerId,
      (await makeUser(workspace, 'Anna Admin', { role: 'ADMIN' })).id,
      (await makeUser(workspace, 'Abel Agent')).id,
      (await makeBot(workspace)).id,
      contact?.id ?? '',
      SYSTEM,
    ];
    for (const authorId of others) expect((await say(key, id, { text: 'Hi', authorId })).author.id).toBe(authorId);
    await succeed(key, JoinConversationDocument, { conversationId: id, actorId: key.makerId });
    await succeed(key, SetTypingDocument, { conversationId: id, actorId: key.makerId });
    await succeed(key, LeaveConversationDocument, { conversationId: id, actorId: key.makerId });
  });
});

describe('an OWNER may be named', () => {
  it("by an OWNER's key until that user is an ADMIN, and by the operators' key and a key that it made", async () => {
    const key = await keyOf('OWNER');
    const made = await succeed(workspace, CreateApiKeyDocument, { name: 'Made', scopes: ['WRITE'] });
    const { id } = await makeConversation(workspace);
    for (const client of [key, workspace, parley.connect({ id: workspace.id, apiKey: made.secret })]) {
      expect((await say(client, id, { text: 'Hi', authorId: ownerId })).author.id).toBe(ownerId);
    }
    await succeed(workspace, UpdateUserDocument, { userId: key.makerId, role: 'ADMIN' });
    const input = { conversationId: id, text: 'Hi', authorId: ownerId };
    await failWith(key, 'ForbiddenError', SendMessageDocument, input);
  });
});

const VIA = `query($id: ID!) { conversation(id: $id) {
  messages(first: 50) { nodes { author { id } via { id name createdBy { id } } } }
  events(first: 50) { nodes { type actor { id } via { id } } }
} }`;

type Named = { id: string } | null;
type Via = {
  conversation: {
    messages: { nodes: { author: { id: string }; via: Named }[] };
    events: { nodes: { type: string; actor: { id: string }; via: Named }[] };
  };
};

async function viaOf({ post }: TestWorkspace, id: string) {
  const { body } = await post<Via>(VIA, { id });
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  const { messages, events } = body.data.conversation;
  return { messages: messages.nodes, events: events.nodes };
}

describe('via', () => {
  it('names the key on everything that was done in the name of another, to the whole team', async () => {
    const key = await keyOf('ADMIN');
    const agent = await makeUser(workspace, 'Abel Agent');
    const { id } = await makeContactConversation(workspace);
    const before = (await viaOf(workspace, id)).events.length;
    await say(key, id, { text: 'In the name of Abel', authorId: agent.id });
    const reader = await signInAs(parley, workspace, 'READ_ONLY');
    const { messages, events } = await viaOf(reader, id);
    const via = { id: key.keyId };
    expect(messages).toEqual([
      { author: { id: agent.id }, via: { ...via, name: 'Script', createdBy: { id: key.makerId } } },
    ]);
    expect(events.slice(before)).toEqual([
      { type: 'participant.joined', actor: { id: agent.id }, via },
      { type: 'message.added', actor: { id: agent.id }, via },
    ]);
  });

  it('is null for what keys, bots and users do in their own name', async () => {
    const key = await keyOf('ADMIN');
    const bot = await makeBot(workspace);
    const asBot = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
    const agent = await signInAs(parley, workspace, 'AGENT');
    const { id } = await makeContactConversation(workspace);
    await say(key, id, { text: 'A key' });
    await say(asBot, id, { text: 'A bot' });
    await say(agent, id, { text: 'A user' });
    await succeed(key, JoinConversationDocument, { conversationId: id, actorId: key.makerId });
    const { messages, events } = await viaOf(workspace, id);
    expect(messages.map(({ author }) => author.id)).toEqual([key.keyId, bot.id, agent.actorId]);
    expect([...messages, ...events].filter(({ via }) => via !== null)).toEqual([]);
  });

  it('names the key that made the server write a message of the system', async () => {
    const key = await keyOf('ADMIN');
    const { id } = await makeContactConversation(workspace);
    const input = { conversationId: id, toAssigneeId: (await makeUser(workspace)).id, notifyContact: true };
    await succeed(key, TransferConversationDocument, input);
    const { messages, events } = await viaOf(workspace, id);
    expect(messages.map(({ author, via }) => [author.id, via?.id])).toEqual([[SYSTEM, key.keyId]]);
    const transferred = events.find(({ type }) => type === 'conversation.transferred');
    expect(transferred).toMatchObject({ actor: { id: key.keyId }, via: null });
  });

  it('is hidden from the contact, in queries and subscriptions', async () => {
    const key = await keyOf('ADMIN');
    const agent = await makeUser(workspace, 'Abel Agent');
    const { id, contact } = await makeContactConversation(workspace);
    const asContact = await signIn(parley, workspace, contact?.id ?? '');
    const client = connect(parley.url, asContact.apiKey);
    const subscription =
      'subscription($after: String!) { events(after: $after) { actor { id } via { id name } ... on MessageAdded { message { via { id name } } } } }';
    const live = listen(client, subscription, { after: await ask(asContact, EventCursorDocument, {}) });
    await say(key, id, { text: 'Abel', authorId: agent.id });
    const results = await live.until(2);
    await client.dispose();
    expect(JSON.stringify(results)).toContain(agent.id);
    const answers = JSON.stringify([results, await viaOf(asContact, id)]);
    expect(answers).not.toContain(key.keyId);
    expect(answers).not.toContain('Script');
  });

  it('is kept with the event when the conversation is deleted', async () => {
    const key = await keyOf('ADMIN');
    const { id } = await makeConversation(workspace);
    await say(key, id, { text: 'Soon gone', authorId: key.makerId });
    await workspace.post('mutation($id: ID!) { deleteConversation(input: { conversationId: $id }) { __typename } }', {
      id,
    });
    const { body } = await workspace.post('{ events(first: 100) { nodes { type actor { id } via { id } } } }');
    expect(Object(body.data).events.nodes).toContainEqual({
      type: 'message.added',
      actor: { id: key.makerId },
      via: { id: key.keyId },
    });
  });
});

it('a key that joins somebody is the actor of the event, which names the participant', async () => {
  const key = await keyOf('ADMIN');
  const agent = await makeUser(workspace);
  const { id } = await makeConversation(workspace);
  await succeed(key, JoinConversationDocument, { conversationId: id, actorId: agent.id });
  const joined = (await eventsOf(workspace, id)).at(-1);
  expect(joined).toMatchObject({ type: 'participant.joined', actor: { id: key.keyId } });
  expect((await ask(key, ViewerDocument, {})).actor.id).toBe(key.keyId);
});
