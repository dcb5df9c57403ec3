import { describe, expect, it } from 'vitest';
import {
  ConversationsDocument,
  CreateProspectDocument,
  DeleteProspectDocument,
  LinkProspectDocument,
  NodeDocument,
  ProspectConversationsDocument,
  ProspectDocument,
  ProspectsDocument,
  UnlinkProspectDocument,
  UpdateProspectDocument,
} from '../../generated/operations.js';
import { act, ask, succeed } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { unknownId } from '../../support/ids.js';
import { eventsOf, makeBot, makeConversation, makeProspect, makeUser } from '../../support/make.js';
import { nodesOf } from '../../support/nodes-of.js';
import { conversationIdsOf, linkPair, prospectIdsOf } from './support/prospects.js';

const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);

const noSuch = (what: string, id: string) => ({
  __typename: 'NotFoundError',
  code: 'NOT_FOUND',
  message: `No such ${what}. Check the id and the workspace of your key or token.`,
  id,
});

type Mutation = [name: string, run: (prospectId: string, conversationId: string) => Promise<{ __typename: string }>];
const pairs: Mutation[] = [
  ['linkProspect', (prospectId, conversationId) => act(ours, LinkProspectDocument, { conversationId, prospectId })],
  ['unlinkProspect', (prospectId, conversationId) => act(ours, UnlinkProspectDocument, { conversationId, prospectId })],
];
const all: Mutation[] = [
  ...pairs,
  ['updateProspect', (prospectId) => act(ours, UpdateProspectDocument, { prospectId, name: 'Ours' })],
  ['deleteProspect', (prospectId) => act(ours, DeleteProspectDocument, { prospectId })],
];

describe('a prospect of another workspace', () => {
  it.each(all)('is not found by %s, just like an unknown one', async (_name, run) => {
    const { id: conversationId } = await makeConversation(ours);
    const foreign = await makeProspect(theirs, { name: 'Theirs' });
    const { id: theirConversation } = await makeConversation(theirs);
    await linkPair(theirs, { conversationId: theirConversation, prospectId: foreign.id });
    for (const id of [foreign.id, unknownId('Prospect')]) {
      expect(await run(id, conversationId)).toEqual(noSuch('prospect', id));
    }
    expect(await ask(theirs, ProspectDocument, { id: foreign.id })).toEqual(foreign);
    expect(await prospectIdsOf(theirs, theirConversation)).toEqual([foreign.id]);
    expect(await prospectIdsOf(ours, conversationId)).toEqual([]);
  });

  it.each(all)('is refused by %s if the id is malformed or of another type', async (_name, run) => {
    const { id: conversationId } = await makeConversation(ours);
    for (const id of ['', 'prsp_8zzzzzzzzzzzzzzzzzzzzzzzzz', unknownId('Contact')]) {
      expect(await run(id, conversationId)).toMatchObject({
        __typename: 'ValidationError',
        issues: [{ path: ['prospectId'], message: 'Must be an id that begins with prsp_.' }],
      });
    }
  });

  it('appears in no query and no event', async () => {
    const { id } = await makeProspect(theirs);
    expect(await ask(ours, ProspectDocument, { id })).toBeNull();
    expect(await ask(ours, NodeDocument, { id })).toBeNull();
    const prospects = await ask(ours, ProspectsDocument, {});
    expect(nodesOf(prospects).map((node) => node.id)).not.toContain(id);
    const conversations = await ask(ours, ConversationsDocument, { filter: { prospectId: id } });
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
  it("can neither see nor link a user's conversation in which it does not take part", async () => {
    const bot = await makeBot(ours);
    const asBot = parley.connect({ id: ours.id, apiKey: bot.apiKey });
    const { id: prospectId } = await makeProspect(ours);
    const hidden = await makeConversation(ours, { ownerId: (await makeUser(ours)).id });
    const shown = await makeConversation(ours);
    for (const { id: conversationId } of [hidden, shown]) await linkPair(ours, { conversationId, prospectId });
    expect(await conversationIdsOf(asBot, prospectId)).toEqual([shown.id]);
    const prospect = await ask(asBot, ProspectConversationsDocument, { id: prospectId });
    expect(prospect?.conversations.totalCount).toBe(1);
    const pair = { conversationId: hidden.id, prospectId };
    expect(await act(asBot, LinkProspectDocument, pair)).toEqual(noSuch('conversation', hidden.id));
    expect(await act(asBot, UnlinkProspectDocument, pair)).toEqual(noSuch('conversation', hidden.id));
    expect(new Set(await conversationIdsOf(ours, prospectId))).toEqual(new Set([hidden.id, shown.id]));
  });

  it('deletes a prospect with all its links, including those it cannot see', async () => {
    const bot = await makeBot(ours);
    const asBot = parley.connect({ id: ours.id, apiKey: bot.apiKey });
    const { id: prospectId } = await makeProspect(asBot);
    const hidden = await makeConversation(ours, { ownerId: (await makeUser(ours)).id });
    await linkPair(ours, { conversationId: hidden.id, prospectId });
    await succeed(asBot, DeleteProspectDocument, { prospectId });
    expect(await prospectIdsOf(ours, hidden.id)).toEqual([]);
    const last = (await eventsOf(ours, hidden.id)).at(-1);
    expect(last).toMatchObject({ type: 'prospect.unlinked', prospectId, actor: { id: bot.id } });
  });
});

describe('a key that can only read', () => {
  it('can read prospects but not write them', async () => {
    const reader = await makeApiKey(parley, ours, { scopes: ['READ'] });
    const prospect = await makeProspect(ours);
    const { id: prospectId } = prospect;
    const { id: conversationId } = await makeConversation(ours);
    const answers = [
      await act(reader, CreateProspectDocument, { name: 'New' }),
      await act(reader, UpdateProspectDocument, { prospectId, name: 'Changed' }),
      await act(reader, LinkProspectDocument, { conversationId, prospectId }),
      await act(reader, UnlinkProspectDocument, { conversationId, prospectId }),
      await act(reader, DeleteProspectDocument, { prospectId }),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ __typename: 'ForbiddenError', code: 'FORBIDDEN' });
    expect(await ask(reader, ProspectDocument, { id: prospectId })).toEqual(prospect);
    expect(await prospectIdsOf(reader, conversationId)).toEqual([]);
  });
});
