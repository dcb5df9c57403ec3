import type { Client } from 'graphql-ws';
import { afterEach, describe, expect, it } from 'vitest';
import {
  CloseConversationDocument,
  LiveTypingDocument,
  SendMessageDocument,
  type SendMessageInput,
  SetTypingDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { useParley } from '../support/fixtures.js';
import { makeBot, makeContactConversation, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { connect, eventually, listen } from './support/listen.js';

/** Far less than the 10 seconds after which typing ends by itself. */
const SOON_MS = 4_000;

const parley = useParley();
const otherProcess = useParley({});

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
});

/** Listens in both processes until everybody is known to be typing there. */
async function whileTyping(workspace: TestWorkspace, conversationId: string, actorIds: string[]) {
  const heard = [parley.url, otherProcess.url].map((url) => {
    const client = connect(url, workspace.apiKey);
    clients.push(client);
    return listen(client, LiveTypingDocument, { conversationId });
  });
  const signals = (index: number) => heard[index]?.results.flatMap(({ data }) => (data ? [data.typing] : [])) ?? [];
  const isTyping = (index: number, actorId: string) =>
    signals(index).findLast(({ actor }) => actor.id === actorId)?.typing ?? null;
  const everywhere = (actorId: string, typing: boolean) =>
    heard.every((_, index) => isTyping(index, actorId) === typing);
  for (const actorId of actorIds) {
    await eventually(async () => {
      if (everywhere(actorId, true)) return true;
      await succeed(workspace, SetTypingDocument, { conversationId, actorId });
      return false;
    }, `${actorId} types`);
  }
  return {
    signals,
    everywhere,
    untilStopped: (actorId: string) => eventually(() => everywhere(actorId, false), 'the end', SOON_MS),
  };
}

async function room() {
  const workspace = await parley.newWorkspace();
  const conversation = await makeContactConversation(workspace);
  const contactId = (await readConversation(workspace, conversation.id)).contact?.id ?? '';
  const send = (input: Omit<SendMessageInput, 'conversationId'>) =>
    succeed(workspace, SendMessageDocument, { conversationId: conversation.id, text: 'Done', ...input });
  return { workspace, id: conversation.id, contactId, send };
}

describe('typing', () => {
  it("ends with the author's message in every process, and goes on for everybody else", async () => {
    const { workspace, id, contactId, send } = await room();
    const [user, bot] = [await makeUser(workspace), await makeBot(workspace)];
    const typing = await whileTyping(workspace, id, [user.id, bot.id, contactId]);
    for (const authorId of [user.id, contactId]) {
      await send({ authorId });
      await typing.untilStopped(authorId);
    }
    expect(typing.everywhere(bot.id, true)).toBe(true);
    expect(typing.signals(0).at(-1)).toMatchObject({ typing: false, actor: { id: contactId } });
  });

  it('ends once: a message of somebody who is not typing says nothing', async () => {
    const { workspace, id, send } = await room();
    const [user, other] = [await makeUser(workspace), await makeUser(workspace)];
    const typing = await whileTyping(workspace, id, [user.id]);
    await send({ authorId: other.id });
    await send({ authorId: user.id });
    await typing.untilStopped(user.id);
    await send({ authorId: user.id });
    const again = await whileTyping(workspace, id, [other.id]);
    expect(again.everywhere(other.id, true)).toBe(true);
    expect(typing.signals(0).filter((signal) => !signal.typing)).toHaveLength(1);
  });

  it('begins anew after the message', async () => {
    const { workspace, id, send } = await room();
    const user = await makeUser(workspace);
    const typing = await whileTyping(workspace, id, [user.id]);
    await send({ authorId: user.id });
    await typing.untilStopped(user.id);
    await succeed(workspace, SetTypingDocument, { conversationId: id, actorId: user.id });
    await eventually(() => typing.everywhere(user.id, true), 'a new beginning', SOON_MS);
  });

  it('ends where it was typed if the message goes into another conversation', async () => {
    const { workspace, id, contactId, send } = await room();
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    const typing = await whileTyping(workspace, id, [contactId]);
    const {
      messageEdge: { node: message },
    } = await send({ authorId: contactId });
    expect(message.conversation.id).not.toBe(id);
    await typing.untilStopped(contactId);
  });
});
