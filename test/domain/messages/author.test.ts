import { describe, expect, it } from 'vitest';
import {
  CreateConversationDocument,
  FindMessagesDocument,
  type FindMessagesQueryVariables,
  SendMessageDocument,
  ViewerDocument,
} from '../../generated/operations.js';
import { ask, failWith } from '../../support/act.js';
import { messagesOf, participantsOf, readConversation, say } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { makeBot, makeContact, makeContactConversation, makeConversation, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

/** The same in every workspace. */
const SYSTEM = 'sys_00000000000000000000000000';

const listed = async (filter: FindMessagesQueryVariables['filter']) =>
  nodesOf(await ask(workspace, FindMessagesDocument, { filter }));

const actorsIn = async (id: string) => (await participantsOf(workspace, id)).map(({ actor }) => actor.id);

const contactOf = ({ contact }: { contact: { id: string } | null }): string => contact?.id ?? 'no contact';

describe('the author of a message and its direction', () => {
  it('default to the key and OUTBOUND', async () => {
    const viewer = await ask(workspace, ViewerDocument, {});
    const { id } = await makeContactConversation(workspace);
    const message = await say(workspace, id, { text: 'Hello' });
    expect(message).toMatchObject({ direction: 'OUTBOUND', status: 'PENDING', author: viewer.actor });
  });

  it('can be a user or a bot, OUTBOUND, for a key', async () => {
    const user = await makeUser(workspace);
    const bot = await makeBot(workspace);
    const { id } = await makeContactConversation(workspace);
    for (const authorId of [user.id, bot.id]) {
      const message = await say(workspace, id, { text: 'Hello', authorId });
      expect(message).toMatchObject({ direction: 'OUTBOUND', status: 'PENDING', author: { id: authorId } });
    }
  });

  it('can be the system, OUTBOUND, for a key, which neither joins nor takes over from the bot', async () => {
    const bot = await makeBot(workspace);
    const { id } = await makeContactConversation(workspace, {
      botId: bot.id,
      message: { direction: 'INBOUND', text: 'Hi' },
    });
    const [before, present] = [await readConversation(workspace, id), await actorsIn(id)];
    const message = await say(workspace, id, { text: 'Be brief.', authorId: SYSTEM });
    expect(message).toMatchObject({ direction: 'OUTBOUND', author: { __typename: 'System', id: SYSTEM } });
    const { botActive, unreadCount } = await readConversation(workspace, id);
    expect({ botActive, unreadCount }).toEqual({ botActive: true, unreadCount: before.unreadCount });
    expect(await actorsIn(id)).toEqual(present);
    expect((await listed({ authorId: SYSTEM, conversationId: id })).map(({ id }) => id)).toEqual([message.id]);
  });

  it('cannot be the system for any other caller', async () => {
    const bot = await makeBot(workspace);
    const client = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
    const { id } = await makeContactConversation(workspace);
    await failWith(client, 'ForbiddenError', SendMessageDocument, {
      conversationId: id,
      text: 'Hello',
      authorId: SYSTEM,
    });
    expect(
      (
        await failWith(workspace, 'ValidationError', SendMessageDocument, {
          conversationId: id,
          text: 'Hi',
          authorId: SYSTEM,
          direction: 'INBOUND',
        })
      ).issues,
    ).toMatchObject([{ path: ['direction'] }]);
  });

  it('are the contact and INBOUND if the key names either or both', async () => {
    const conversation = await makeContactConversation(workspace);
    const authorId = contactOf(conversation);
    for (const asked of [
      { authorId },
      { direction: 'INBOUND' as const },
      { authorId, direction: 'INBOUND' as const },
    ]) {
      const message = await say(workspace, conversation.id, { text: 'Hello', ...asked });
      expect(message).toMatchObject({ direction: 'INBOUND', status: 'DELIVERED', author: { id: authorId } });
    }
  });

  it('are the owner and INBOUND, whether named or not', async () => {
    const owner = await makeUser(workspace);
    const { id } = await makeConversation(workspace, { ownerId: owner.id });
    for (const asked of [{ authorId: owner.id }, { direction: 'INBOUND' as const }]) {
      const message = await say(workspace, id, { text: 'Hello', ...asked });
      expect(message).toMatchObject({ direction: 'INBOUND', status: 'DELIVERED', author: { id: owner.id } });
    }
  });

  it("are the bot and OUTBOUND for the bot's own key", async () => {
    const bot = await makeBot(workspace);
    const client = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
    const { id } = await makeContactConversation(workspace);
    for (const asked of [{}, { authorId: bot.id }, { direction: 'OUTBOUND' as const }]) {
      const message = await say(client, id, { text: 'Hello', ...asked });
      expect(message).toMatchObject({ direction: 'OUTBOUND', author: { id: bot.id } });
    }
  });

  it("cannot be anyone else or INBOUND for a bot's key", async () => {
    const bot = await makeBot(workspace);
    const client = parley.connect({ id: workspace.id, apiKey: bot.apiKey });
    const conversation = await makeContactConversation(workspace);
    const others = [(await makeUser(workspace)).id, (await makeBot(workspace, 'Other')).id, contactOf(conversation)];
    for (const authorId of others) {
      await failWith(client, 'ForbiddenError', SendMessageDocument, {
        conversationId: conversation.id,
        text: 'Hello',
        authorId,
      });
    }
    expect(
      (
        await failWith(client, 'ValidationError', SendMessageDocument, {
          conversationId: conversation.id,
          text: 'Hello',
          direction: 'INBOUND',
        })
      ).issues,
    ).toMatchObject([{ path: ['direction'] }]);
    expect((await messagesOf(workspace, conversation.id)).totalCount).toBe(0);
  });

  it('are refused if they contradict each other', async () => {
    const conversation = await makeContactConversation(workspace);
    const user = await makeUser(workspace);
    const wrong = [
      { authorId: contactOf(conversation), direction: 'OUTBOUND' as const },
      { authorId: user.id, direction: 'INBOUND' as const },
    ];
    for (const asked of wrong) {
      expect(
        (
          await failWith(workspace, 'ValidationError', SendMessageDocument, {
            conversationId: conversation.id,
            text: 'Hello',
            ...asked,
          })
        ).issues,
      ).toMatchObject([{ path: ['direction'] }]);
    }
  });

  it('cannot be INBOUND without a contact or owner', async () => {
    const { id } = await makeConversation(workspace);
    expect(
      (
        await failWith(workspace, 'ValidationError', SendMessageDocument, {
          conversationId: id,
          text: 'Hello',
          direction: 'INBOUND',
        })
      ).issues,
    ).toMatchObject([{ path: ['direction'] }]);
  });

  it("cannot be a contact other than the conversation's own", async () => {
    const stranger = await makeContact(workspace, 'Stranger');
    const { id } = await makeContactConversation(workspace);
    expect(
      (
        await failWith(workspace, 'ValidationError', SendMessageDocument, {
          conversationId: id,
          text: 'Hello',
          authorId: stranger.id,
        })
      ).issues,
    ).toMatchObject([{ path: ['authorId'] }]);
  });

  it('get the same error for a nonexistent author and one of another workspace', async () => {
    const foreigner = await makeUser(await parley.newWorkspace());
    const { id } = await makeContactConversation(workspace);
    const attempt = async (authorId: string) => {
      const { id: named, ...rest } = await failWith(workspace, 'NotFoundError', SendMessageDocument, {
        conversationId: id,
        text: 'Hello',
        authorId,
      });
      expect(named).toBe(authorId);
      return rest;
    };
    expect(await attempt(foreigner.id)).toEqual(await attempt(unknownId('User')));
  });

  it('cannot be an actor that cannot take part in a conversation', async () => {
    const viewer = await ask(workspace, ViewerDocument, {});
    const { id } = await makeContactConversation(workspace);
    for (const authorId of [viewer.actor.id, id, 'user_1', '']) {
      expect(
        (
          await failWith(workspace, 'ValidationError', SendMessageDocument, {
            conversationId: id,
            text: 'Hello',
            authorId,
          })
        ).issues,
      ).toMatchObject([{ path: ['authorId'] }]);
    }
  });

  it('are reported with the path of the first message in createConversation', async () => {
    const wrong = [
      { message: { text: 'Hello', direction: 'INBOUND' as const }, path: ['message', 'direction'] },
      { message: { text: 'Hello', authorId: (await makeContact(workspace)).id }, path: ['message', 'authorId'] },
      { message: { text: ' ' }, path: ['message', 'text'] },
      { message: {}, path: ['message', 'text'] },
    ];
    for (const { message, path } of wrong) {
      expect(
        (await failWith(workspace, 'ValidationError', CreateConversationDocument, { message })).issues,
      ).toMatchObject([{ path }]);
    }
  });
});
