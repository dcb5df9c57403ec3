import { beforeAll, describe, expect, it } from 'vitest';
import {
  ApiKeysDocument,
  ContactsDocument,
  CreateApiKeyDocument,
  DeactivateBotDocument,
  DeactivateUserDocument,
  DeleteChannelDocument,
  MergeContactsDocument,
  ReactivateBotDocument,
  ReactivateUserDocument,
  RevokeApiKeyDocument,
  TeamDocument,
  UpdateBotDocument,
  UpdateChannelDocument,
  UpdateUserDocument,
  UpdateWorkspaceDocument,
} from '../generated/operations.js';
import { act, ask, failWith, succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeChannel, makeContact, makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { expectType, type TestWorkspace } from '../support/parley.js';

const parley = useParley();
const ours = useWorkspace(parley);
const theirs = useWorkspace(parley);

const keys = async (workspace: TestWorkspace) => {
  const apiKeys = await ask(workspace, ApiKeysDocument, { first: 100 });
  return nodesOf(apiKeys).map(({ lastUsedAt: _, ...key }) => key);
};

/** All of a workspace that administration could change. */
const snapshot = async (workspace: TestWorkspace) => ({
  team: await workspace.run(TeamDocument, {}),
  keys: await keys(workspace),
  contacts: await ask(workspace, ContactsDocument, {}),
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
  {
    name: 'updateUser',
    type: 'User',
    make: makeUser,
    run: (at, userId) => act(at, UpdateUserDocument, { userId, name: 'X' }),
  },
  {
    name: 'deactivateUser',
    type: 'User',
    make: makeUser,
    run: (at, userId) => act(at, DeactivateUserDocument, { userId }),
  },
  {
    name: 'reactivateUser',
    type: 'User',
    make: makeUser,
    run: (at, userId) => act(at, ReactivateUserDocument, { userId }),
  },
  {
    name: 'updateBot',
    type: 'Bot',
    make: makeBot,
    run: (at, botId) => act(at, UpdateBotDocument, { botId, name: 'X' }),
  },
  { name: 'deactivateBot', type: 'Bot', make: makeBot, run: (at, botId) => act(at, DeactivateBotDocument, { botId }) },
  {
    name: 'deactivateBot with transferTo',
    type: 'User',
    make: makeUser,
    run: (at, transferTo) => act(at, DeactivateBotDocument, { botId: own.bot, transferTo }),
  },
  { name: 'reactivateBot', type: 'Bot', make: makeBot, run: (at, botId) => act(at, ReactivateBotDocument, { botId }) },
  {
    name: 'updateChannel',
    type: 'Channel',
    make: makeChannel,
    run: (at, channelId) => act(at, UpdateChannelDocument, { channelId, name: 'X' }),
  },
  {
    name: 'deleteChannel',
    type: 'Channel',
    make: makeChannel,
    run: (at, channelId) => act(at, DeleteChannelDocument, { channelId, force: true }),
  },
  {
    name: 'revokeApiKey',
    type: 'ApiKey',
    make: firstKey,
    run: (at, apiKeyId) => act(at, RevokeApiKeyDocument, { apiKeyId }),
  },
  {
    name: 'createApiKey for a bot',
    type: 'Bot',
    make: makeBot,
    run: (at, botId) => act(at, CreateApiKeyDocument, { name: 'X', scopes: ['READ'], botId }),
  },
  {
    name: 'mergeContacts into it',
    type: 'Contact',
    make: makeContact,
    run: (at, survivorId) => act(at, MergeContactsDocument, { survivorId, contactIds: [own.contact] }),
  },
  {
    name: 'mergeContacts of it',
    type: 'Contact',
    make: makeContact,
    run: (at, id) => act(at, MergeContactsDocument, { survivorId: own.contact, contactIds: [id] }),
  },
];

describe('a row of another workspace', () => {
  beforeAll(async () => {
    own.bot = (await makeBot(ours)).id;
    own.contact = (await makeContact(ours)).id;
  });

  it.each(cases)('is treated by $name as if it did not exist', async ({ type, make, run }) => {
    const { id } = await make(theirs);
    const before = [await snapshot(ours), await snapshot(theirs)];
    const missing = unknownId(type);
    const nothing = await run(ours, missing);
    expect(nothing).toMatchObject({ __typename: 'NotFoundError', code: 'NOT_FOUND', id: missing });
    expect(await run(ours, id)).toEqual({ ...nothing, id });
    expect([await snapshot(ours), await snapshot(theirs)]).toEqual(before);
  });

  it('is in no list', async () => {
    const { team, keys: list } = await snapshot(ours);
    const foreign = new Set(
      [(await snapshot(theirs)).team].flatMap(({ users, bots, channels }) =>
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

  it.each(administration)('do not allow $name without ADMIN', async ({ make, run }) => {
    const { id } = await make(ours);
    const writer = await makeApiKey(parley, ours, { scopes: ['WRITE'] });
    const before = await snapshot(ours);
    expectType(await run(writer, id), 'ForbiddenError');
    await failWith(writer, 'ForbiddenError', UpdateWorkspaceDocument, { name: 'X' });
    expect(await snapshot(ours)).toEqual(before);
  });

  it('allow mergeContacts with WRITE but not with READ alone', async () => {
    const [a, b] = [await makeContact(ours), await makeContact(ours)];
    const input = { survivorId: a.id, contactIds: [b.id] };
    const reader = await makeApiKey(parley, ours, { scopes: ['READ'] });
    await failWith(reader, 'ForbiddenError', MergeContactsDocument, input);
    const writer = await makeApiKey(parley, ours, { scopes: ['WRITE'] });
    await succeed(writer, MergeContactsDocument, input);
  });
});
