import { describe, expect, it } from 'vitest';
import * as operations from '../../generated/operations.js';
import { makeApiKey } from '../../support/api-key.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeConversation, makeProspect, makeUser } from '../../support/make.js';
import { expectType } from '../../support/parley.js';
import {
  conversationIdsOf,
  create,
  link,
  linked,
  list,
  prospectIdsOf,
  read,
  remove,
  unlink,
  update,
} from './support/act.js';

const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);

const noSuch = (what: string, id: string) => ({
  __typename: 'NotFoundError',
  code: 'NOT_FOUND',
  errorMessage: `No such ${what}. Check the id and the workspace of your key or token.`,
  id,
});

type Mutation = [name: string, run: (prospectId: string, conversationId: string) => Promise<{ __typename: string }>];
const pairs: Mutation[] = [
  ['linkProspect', (prospectId, conversationId) => link(ours, { conversationId, prospectId })],
  ['unlinkProspect', (prospectId, conversationId) => unlink(ours, { conversationId, prospectId })],
];
const all: Mutation[] = [
  ...pairs,
  ['updateProspect', (prospectId) => update(ours, { prospectId, name: 'Ours' })],
  ['deleteProspect', (prospectId) => remove(ours, prospectId)],
];

describe('a prospect of another workspace', () => {
  it.each(all)('is not found by %s, just like an unknown one', async (_name, run) => {
    const { id: conversationId } = await makeConversation(ours);
    const foreign = await makeProspect(theirs, { name: 'Theirs' });
    const { id: theirConversation } = await makeConversation(theirs);
    await linked(theirs, { conversationId: theirConversation, prospectId: foreign.id });
    for (const id of [foreign.id, unknownId('Prospect')]) {
      expect(await run(id, conversationId)).toEqual(noSuch('prospect', id));
    }
    expect(await read(theirs, foreign.id)).toEqual(foreign);
    expect(await prospectIdsOf(theirs, theirConversation)).toEqual([foreign.id]);
    expect(await prospectIdsOf(ours, conversationId)).toEqual([]);
  });

  it.each(all)('is refused by %s where the id is malformed or of another type', async (_name, run) => {
    const { id: conversationId } = await makeConversation(ours);
    for (const id of ['', 'prsp_8zzzzzzzzzzzzzzzzzzzzzzzzz', unknownId('Contact')]) {
      expect(await run(id, conversationId)).toMatchObject({
        __typename: 'ValidationError',
        issues: [{ path: ['prospectId'], message: 'Must be an id that begins with prsp_.' }],
      });
    }
  });

  it('is seen in no query and no event', async () => {
    const { id } = await makeProspect(theirs);
    expect(await read(ours, id)).toBeNull();
    expect((await ours.run(operations.NodeDocument, { id })).node).toBeNull();
    const { nodes } = await list(ours);
    expect(nodes.map((node) => node.id)).not.toContain(id);
    const { conversations } = await ours.run(operations.ConversationsDocument, { filter: { prospectId: id } });
    expect(conversations.edges).toEqual([]);
  });
});

describe('a conversation of another workspace', () => {
  it.each(pairs)('is not found by %s, just like an unknown one', async (_name, run) => {
    const { id: prospectId } = await makeProspect(ours);
    const foreign = await makeConversation(theirs);
    for (const id of [foreign.id, unknownId('Conversation')]) {
      expect(await run(prospectId, id)).toEqual(noSuch('conversation', id));
    }
    const types = (await eventsOf(theirs, foreign.id)).map(({ type }) => type);
    expect(types.filter((type) => type.startsWith('prospect.'))).toEqual([]);
    expect(await conversationIdsOf(ours, prospectId)).toEqual([]);
  });
});

describe('a bot', () => {
  it('neither sees nor links a conversation of an owner that it is not in', async () => {
    const bot = await makeBot(ours);
    const asBot = parley.connect({ id: ours.id, apiKey: bot.apiKey });
    const { id: prospectId } = await makeProspect(ours);
    const hidden = await makeConversation(ours, { ownerId: (await makeUser(ours)).id });
    const shown = await makeConversation(ours);
    for (const { id: conversationId } of [hidden, shown]) await linked(ours, { conversationId, prospectId });
    expect(await conversationIdsOf(asBot, prospectId)).toEqual([shown.id]);
    const { prospect } = await asBot.run(operations.ProspectConversationsDocument, { id: prospectId });
    expect(prospect?.conversations.totalCount).toBe(1);
    for (const run of [link, unlink]) {
      expect(await run(asBot, { conversationId: hidden.id, prospectId })).toEqual(noSuch('conversation', hidden.id));
    }
    expect(new Set(await conversationIdsOf(ours, prospectId))).toEqual(new Set([hidden.id, shown.id]));
  });

  it('deletes a prospect with all its links, also those that it cannot see', async () => {
    const bot = await makeBot(ours);
    const asBot = parley.connect({ id: ours.id, apiKey: bot.apiKey });
    const { id: prospectId } = await makeProspect(asBot);
    const hidden = await makeConversation(ours, { ownerId: (await makeUser(ours)).id });
    await linked(ours, { conversationId: hidden.id, prospectId });
    expectType(await remove(asBot, prospectId), 'DeleteProspectPayload');
    expect(await prospectIdsOf(ours, hidden.id)).toEqual([]);
    const last = (await eventsOf(ours, hidden.id)).at(-1);
    expect(last).toMatchObject({ type: 'prospect.unlinked', prospectId, actor: { id: bot.id } });
  });
});

describe('a key that may only read', () => {
  it('reads prospects and is forbidden to write them', async () => {
    const reader = await makeApiKey(parley, ours, { scopes: ['READ'] });
    const prospect = await makeProspect(ours);
    const { id: prospectId } = prospect;
    const { id: conversationId } = await makeConversation(ours);
    const answers = [
      await create(reader, { name: 'New' }),
      await update(reader, { prospectId, name: 'Changed' }),
      await link(reader, { conversationId, prospectId }),
      await unlink(reader, { conversationId, prospectId }),
      await remove(reader, prospectId),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
    expect(await read(reader, prospectId)).toEqual(prospect);
    expect(await prospectIdsOf(reader, conversationId)).toEqual([]);
  });
});
