import { describe, expect, it } from 'vitest';
import {
  DeactivateBotDocument,
  DeactivateUserDocument,
  DeleteChannelDocument,
  DeleteContactDocument,
  MergeContactsDocument,
} from '../../generated/operations.js';
import { failWith, succeed } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeBot, makeChannel, makeContact, makeConversation, makeUser } from '../../support/make.js';
import { eventsIn, makeMany, states } from './support/many.js';

/** More than two steps. */
const MANY = 1_101;
const PATIENCE_MS = 60_000;

// A pool so small that a workspace writes one thing at a time.
const parley = useParley({ config: { databasePoolSize: 5 } });
const workspace = useFreshWorkspace(parley);

const shared = async () => ({
  channelId: (await makeChannel(workspace, { allowMany: true })).id,
  contactId: (await makeContact(workspace)).id,
});

/** Runs a mutation, and counts the writes that others finish meanwhile, one after the other. */
async function whileOthersWrite<Result>(mutation: Promise<Result>): Promise<{ result: Result; writes: number }> {
  let running = true;
  let writes = 0;
  const others = (async () => {
    while (running) {
      await makeConversation(workspace);
      if (running) writes += 1;
    }
  })();
  const result = await mutation.finally(() => {
    running = false;
  });
  await others;
  return { result, writes };
}

describe('a mutation of more conversations than one transaction changes', { timeout: PATIENCE_MS }, () => {
  it('unassigns all of a user, while others write', async () => {
    // Five steps leave room for four writes, of which the answers to the last may come after that of the mutation.
    const many = MANY + 1_000;
    const user = await makeUser(workspace);
    await makeMany(parley, workspace, many, { ...(await shared()), assigneeId: user.id });
    const { result, writes } = await whileOthersWrite(succeed(workspace, DeactivateUserDocument, { userId: user.id }));
    expect(result).toMatchObject({ user: { active: false }, unassignedCount: many, pending: false });
    expect(writes).toBeGreaterThanOrEqual(2);
    expect(await states(parley, workspace)).toEqual([
      { status: 'OPEN', assigned: false, version: 1, count: expect.any(Number) },
      { status: 'OPEN', assigned: false, version: 3, count: many },
      { status: 'CLOSED', assigned: true, version: 3, count: 1 },
    ]);
  });

  it('transfers all of a bot to its successor, and joins it', async () => {
    const [bot, user] = [await makeBot(workspace), await makeUser(workspace)];
    await makeMany(parley, workspace, MANY, { ...(await shared()), botId: bot.id });
    const input = { botId: bot.id, transferTo: user.id, reason: 'Retired' };
    const answer = await succeed(workspace, DeactivateBotDocument, input);
    expect(answer).toMatchObject({ bot: { active: false }, transferredCount: MANY, pending: false });
    expect(await eventsIn(parley, workspace, 'conversation.transferred')).toEqual({
      events: MANY,
      conversations: MANY,
    });
    expect(await eventsIn(parley, workspace, 'participant.joined')).toMatchObject({ conversations: MANY + 1 });
    expect(await states(parley, workspace)).toEqual([
      { status: 'OPEN', assigned: true, version: 2, count: MANY },
      { status: 'CLOSED', assigned: false, version: 2, count: 1 },
    ]);
  });

  it('leaves all of a bot to the team if it has no successor', async () => {
    const bot = await makeBot(workspace);
    await makeMany(parley, workspace, MANY, { ...(await shared()), assigneeId: bot.id });
    const answer = await succeed(workspace, DeactivateBotDocument, { botId: bot.id });
    expect(answer).toMatchObject({ transferredCount: 0, pending: false });
    expect(await states(parley, workspace)).toMatchObject([
      { status: 'OPEN', assigned: false, count: MANY },
      { status: 'CLOSED', count: 1 },
    ]);
  });

  it('closes all on a channel', async () => {
    const input = await shared();
    await makeMany(parley, workspace, MANY, input);
    const answer = await succeed(workspace, DeleteChannelDocument, { channelId: input.channelId, force: true });
    expect(answer).toMatchObject({ closedCount: MANY, pending: false });
    expect(await eventsIn(parley, workspace, 'conversation.closed')).toEqual({
      events: MANY + 1,
      conversations: MANY + 1,
    });
    expect(await states(parley, workspace)).toMatchObject([{ status: 'CLOSED', version: 2, count: MANY + 1 }]);
  });

  it('moves all of merged contacts to the survivor, with their events and participants', async () => {
    const survivor = await makeContact(workspace);
    const exclusive = await makeChannel(workspace);
    const input = await shared();
    await makeMany(parley, workspace, MANY, input);
    const active = await makeConversation(workspace, { channelId: exclusive.id, contactId: input.contactId });
    const merge = { survivorId: survivor.id, contactIds: [input.contactId] };
    const answer = await succeed(workspace, MergeContactsDocument, merge);
    expect(answer).toMatchObject({ movedConversationCount: MANY + 2, pending: false });
    for (const table of ['Conversation', 'Event', 'Participant'] as const) {
      const column = table === 'Participant' ? 'actorId' : 'contactId';
      const left = await parley.database.prisma.$queryRawUnsafe(
        `SELECT FROM "${table}" WHERE "${column}" = '${uuidOf(input.contactId)}'`,
      );
      expect([table, left]).toEqual([table, []]);
    }
    expect(await eventsIn(parley, workspace, 'conversation.updated')).toEqual({
      events: MANY + 2,
      conversations: MANY + 2,
    });
    expect((await readConversation(workspace, active.id)).contact?.id).toBe(survivor.id);
  });

  it('refuses to merge contacts with two active conversations on a channel, and moves none of the others', async () => {
    const survivor = await makeContact(workspace);
    const exclusive = await makeChannel(workspace);
    const input = await shared();
    await makeMany(parley, workspace, MANY, input);
    for (const contactId of [survivor.id, input.contactId]) {
      await makeConversation(workspace, { channelId: exclusive.id, contactId });
    }
    const before = await states(parley, workspace);
    const merge = { survivorId: survivor.id, contactIds: [input.contactId] };
    await failWith(workspace, 'ConflictError', MergeContactsDocument, merge);
    expect(await states(parley, workspace)).toEqual(before);
    const answer = await succeed(workspace, MergeContactsDocument, { ...merge, closeDuplicates: true });
    expect(answer).toMatchObject({ movedConversationCount: MANY + 2, pending: false });
    expect(await eventsIn(parley, workspace, 'conversation.closed')).toEqual({ events: 2, conversations: 2 });
  });

  it('closes all of a contact', async () => {
    const input = await shared();
    await makeMany(parley, workspace, MANY, input);
    const answer = await succeed(workspace, DeleteContactDocument, { contactId: input.contactId, force: true });
    expect(answer).toEqual({
      __typename: 'DeleteContactPayload',
      deletedContactId: input.contactId,
      pending: false,
    });
    expect(await eventsIn(parley, workspace, 'conversation.closed')).toEqual({
      events: MANY + 1,
      conversations: MANY + 1,
    });
    expect(await states(parley, workspace)).toMatchObject([{ status: 'CLOSED', version: 2, count: MANY + 1 }]);
  });
});
