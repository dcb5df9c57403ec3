import { beforeAll, describe, expect, it } from 'vitest';
import * as operations from '../generated/operations.js';
import * as act from '../support/act/admin.js';
import { makeApiKey } from '../support/api-key.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeChannel, makeContact, makeUser } from '../support/make.js';
import { expectType, type TestWorkspace } from '../support/parley.js';

const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);

const keys = async (workspace: TestWorkspace) => {
  const { apiKeys } = await workspace.run(operations.ApiKeysDocument, { first: 100 });
  return apiKeys.nodes.map(({ lastUsedAt: _, ...key }) => key);
};

/** All of a workspace that administration could change. */
const snapshot = async (workspace: TestWorkspace) => ({
  team: await act.team(workspace),
  keys: await keys(workspace),
  contacts: (await workspace.run(operations.ContactsDocument, {})).contacts,
});

type Case = {
  name: string;
  type: Parameters<typeof unknownId>[0];
  make: (workspace: TestWorkspace) => Promise<{ id: string }>;
  run: (workspace: TestWorkspace, id: string) => Promise<{ __typename: string }>;
};

const firstKey = async (workspace: TestWorkspace) => ({ id: (await keys(workspace))[0]?.id ?? '' });
const own = { bot: '', contact: '' };

const cases: Case[] = [
  { name: 'updateUser', type: 'User', make: makeUser, run: (at, userId) => act.updateUser(at, { userId, name: 'X' }) },
  { name: 'deactivateUser', type: 'User', make: makeUser, run: act.deactivateUser },
  { name: 'reactivateUser', type: 'User', make: makeUser, run: act.reactivateUser },
  { name: 'updateBot', type: 'Bot', make: makeBot, run: (at, botId) => act.updateBot(at, { botId, name: 'X' }) },
  { name: 'deactivateBot', type: 'Bot', make: makeBot, run: (at, botId) => act.deactivateBot(at, { botId }) },
  {
    name: 'deactivateBot with transferTo',
    type: 'User',
    make: makeUser,
    run: (at, transferTo) => act.deactivateBot(at, { botId: own.bot, transferTo }),
  },
  { name: 'reactivateBot', type: 'Bot', make: makeBot, run: act.reactivateBot },
  {
    name: 'updateChannel',
    type: 'Channel',
    make: makeChannel,
    run: (at, channelId) => act.updateChannel(at, { channelId, name: 'X' }),
  },
  { name: 'deleteChannel', type: 'Channel', make: makeChannel, run: (at, id) => act.deleteChannel(at, id, true) },
  { name: 'revokeApiKey', type: 'ApiKey', make: firstKey, run: act.revokeApiKey },
  {
    name: 'createApiKey for a bot',
    type: 'Bot',
    make: makeBot,
    run: (at, botId) => act.createApiKey(at, { name: 'X', scopes: ['READ'], botId }),
  },
  {
    name: 'mergeContacts into it',
    type: 'Contact',
    make: makeContact,
    run: (at, survivorId) => act.mergeContacts(at, { survivorId, contactIds: [own.contact] }),
  },
  {
    name: 'mergeContacts of it',
    type: 'Contact',
    make: makeContact,
    run: (at, id) => act.mergeContacts(at, { survivorId: own.contact, contactIds: [id] }),
  },
];

describe('what belongs to another workspace', () => {
  beforeAll(async () => {
    own.bot = (await makeBot(ours)).id;
    own.contact = (await makeContact(ours)).id;
  });

  it.each(cases)('is for $name as if it did not exist', async ({ type, make, run }) => {
    const { id } = await make(theirs);
    const before = [await snapshot(ours), await snapshot(theirs)];
    const missing = unknownId(type);
    const nothing = await run(ours, missing);
    expect(nothing).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND', id: missing });
    expect(await run(ours, id)).toEqual({ ...nothing, id });
    expect([await snapshot(ours), await snapshot(theirs)]).toEqual(before);
  });

  it('is in no list', async () => {
    const [team, list] = [await act.team(ours), await keys(ours)];
    const foreign = new Set(
      [await act.team(theirs)].flatMap(({ users, bots, channels }) =>
        [...users.nodes, ...bots.nodes, ...channels.nodes].map(({ id }) => id),
      ),
    );
    const seen = [...team.users.nodes, ...team.bots.nodes, ...team.channels.nodes, ...list].map(({ id }) => id);
    expect(foreign.size).toBeGreaterThan(5);
    expect(seen.filter((id) => foreign.has(id))).toEqual([]);
  });
});

describe('the scopes of a key', () => {
  const administration = cases.filter(({ name }) => !name.startsWith('mergeContacts'));

  it.each(administration)('forbid $name without ADMIN', async ({ make, run }) => {
    const { id } = await make(ours);
    const writer = await makeApiKey(parley, ours, { scopes: ['WRITE'] });
    const before = await snapshot(ours);
    expectType(await run(writer, id), 'ForbiddenError');
    expectType(await act.updateWorkspace(writer, { name: 'X' }), 'ForbiddenError');
    expect(await snapshot(ours)).toEqual(before);
  });

  it('allow mergeContacts with WRITE, and not with READ alone', async () => {
    const [a, b] = [await makeContact(ours), await makeContact(ours)];
    const input = { survivorId: a.id, contactIds: [b.id] };
    const reader = await makeApiKey(parley, ours, { scopes: ['READ'] });
    expectType(await act.mergeContacts(reader, input), 'ForbiddenError');
    const writer = await makeApiKey(parley, ours, { scopes: ['WRITE'] });
    expectType(await act.mergeContacts(writer, input), 'MergeContactsPayload');
  });
});
