import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  ConversationsDocument,
  DeleteMessageDocument,
  MarkConversationReadDocument,
  ViewerDocument,
} from '../../generated/operations.js';
import { ask, succeed } from '../../support/act.js';
import { messagesOf, participantsOf, readConversation, say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { eventsOf, makeBot, makeContact, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { type Fact, readingAfter } from './support/read-model.js';

const writers = ['contact', 'owner', 'agent', 'bot', 'key'] as const;
const readers = ['key', 'bot', 'otherBot'] as const;
type Actors = Record<(typeof writers)[number] | (typeof readers)[number], string>;

let actors: Actors;
let clients: Record<(typeof readers)[number], TestWorkspace>;
const parley = useParley();
const workspace = useWorkspace(parley);
beforeAll(async () => {
  const [bot, otherBot] = [await makeBot(workspace), await makeBot(workspace, 'Other')];
  const viewer = await ask(workspace, ViewerDocument, {});
  actors = {
    contact: (await makeContact(workspace)).id,
    owner: (await makeUser(workspace, 'Owner')).id,
    agent: (await makeUser(workspace, 'Agent')).id,
    bot: bot.id,
    otherBot: otherBot.id,
    key: viewer.actor.id,
  };
  const clientOf = ({ apiKey }: { apiKey: string }) => parley.connect({ id: workspace.id, apiKey });
  clients = { key: workspace, bot: clientOf(bot), otherBot: clientOf(otherBot) };
});

const start = async () => {
  const input = { contactId: actors.contact, ownerId: actors.owner, botId: actors.bot };
  return (await makeConversation(workspace, { ...input, participantIds: [actors.agent, actors.otherBot] })).id;
};

/** Someone writes, someone reads up to a part of what there is, or a message is deleted. */
const step = oneof(
  record({ write: constantFrom(...writers) }),
  record({ read: constantFrom(...readers), tenths: nat({ max: 10 }) }),
  record({ deleteAt: nat({ max: 9 }) }),
);
type Step =
  | { write: (typeof writers)[number] }
  | { read: (typeof readers)[number]; tenths: number }
  | { deleteAt: number };

async function take(id: string, action: Step, messageCount: number): Promise<Fact> {
  if ('write' in action) {
    const by = actors[action.write];
    const author = action.write === 'key' ? {} : { authorId: by };
    const { direction } = await say(workspace, id, { text: 'Hello', ...author });
    return { kind: 'message', by, inbound: direction === 'INBOUND' };
  }
  if ('deleteAt' in action) {
    const seq = Math.ceil(((action.deleteAt + 1) * messageCount) / 10);
    const deleted = (await messagesOf(workspace, id)).edges.find(({ node }) => node.seq === seq);
    if (deleted) await succeed(workspace, DeleteMessageDocument, { messageId: deleted.node.id });
    return { kind: 'deletion', seq };
  }
  const seq = Math.round((messageCount * action.tenths) / 10);
  await succeed(clients[action.read], MarkConversationReadDocument, { conversationId: id, upToSeq: seq });
  return { kind: 'read', by: actors[action.read], seq };
}

const listedAsUnread = async (client: TestWorkspace, id: string) =>
  (await ask(client, ConversationsDocument, { filter: { unread: true }, first: 100 })).edges.some(
    ({ node }) => node.id === id,
  );

/** Compares everything that tells of read positions with the model. */
async function expectModel(id: string, facts: Fact[]) {
  const model = readingAfter(facts, [actors.contact, actors.owner]);
  const participants = await participantsOf(workspace, id);
  expect(participants.map(({ actor, lastReadSeq, unreadCount }) => [actor.id, lastReadSeq, unreadCount])).toEqual(
    participants.map(({ actor }) => [actor.id, model.position(actor.id), model.unread(actor.id)]),
  );
  expect(participants).toHaveLength(5);
  expect(await readConversation(workspace, id)).toMatchObject({
    messageCount: model.messageCount,
    unreadCount: model.unreadByTeam,
  });
  expect((await workspace.post(`{ conversation(id: "${id}") { lastMessage { seq } } }`)).body.data).toEqual({
    conversation: { lastMessage: model.lastSeq === 0 ? null : { seq: model.lastSeq } },
  });
  for (const [client, unread] of [
    [workspace, model.unreadByTeam],
    [clients.bot, model.unread(actors.bot)],
    [clients.otherBot, model.unread(actors.otherBot)],
  ] as const) {
    expect(await listedAsUnread(client, id)).toBe(unread > 0);
  }
  expect((await readConversation(clients.bot, id)).unreadCount).toBe(model.unread(actors.bot));
  expect((await readConversation(clients.otherBot, id)).unreadCount).toBe(model.unread(actors.otherBot));
}

/** What the log says about a conversation, as facts. */
async function factsOf(id: string): Promise<Fact[]> {
  const customers = [actors.contact, actors.owner];
  const seqs = new Map((await messagesOf(workspace, id)).edges.map(({ node }) => [node.id, node.seq]));
  return (await eventsOf(workspace, id)).flatMap((event): Fact[] => {
    const by = event.actor.id;
    if (event.__typename === 'MessageAdded') return [{ kind: 'message', by, inbound: customers.includes(by) }];
    if (event.__typename === 'MessageUpdated') {
      return [{ kind: 'deletion', seq: seqs.get(event.messageId) ?? 0 }];
    }
    return event.__typename === 'ConversationRead' ? [{ kind: 'read', by, seq: event.seq }] : [];
  });
}

describe('read positions and unread counts', () => {
  it('match a simple model after any sequence of messages, reads and deletions', () =>
    assert(
      asyncProperty(array(step, { minLength: 8, maxLength: 15 }), async (steps) => {
        const id = await start();
        const facts: Fact[] = [];
        for (const action of steps) {
          const messageCount = facts.filter(({ kind }) => kind === 'message').length;
          facts.push(await take(id, action, messageCount));
        }
        await expectModel(id, facts);
      }),
      { numRuns: 10, endOnFailure: true },
    ));

  it('match the log after concurrent messages, reads and deletions', () =>
    assert(
      asyncProperty(array(step, { minLength: 10, maxLength: 20 }), async (steps) => {
        const id = await start();
        for (const text of ['One', 'Two', 'Three']) await say(workspace, id, { text, authorId: actors.contact });
        await Promise.all(steps.map((action) => take(id, action, 3)));
        await expectModel(id, await factsOf(id));
      }),
      { numRuns: 5, endOnFailure: true },
    ));
});
