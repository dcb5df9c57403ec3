import { describe, expect, it } from 'vitest';
import { ChannelType } from '../../../src/generated/prisma/enums.js';
import {
  CreateChannelDocument,
  type CreateChannelInput,
  CreateConversationDocument,
  NodeDocument,
  TeamDocument,
} from '../../generated/operations.js';
import { ask } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeChannel, makeContact, makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

type Input = Partial<CreateChannelInput>;

const create = async (input: Input, client = workspace) => {
  const variables = { input: { name: 'Website', type: 'WEBCHAT' as const, ...input } };
  return await ask(client, CreateChannelDocument, variables);
};
const channels = async () => (await workspace.run(TeamDocument, {})).channels;

describe('createChannel', () => {
  it('creates a channel that by default allows one active conversation per contact and never reopens', async () => {
    const channel = await makeChannel(workspace, { name: ' Website ' });
    expect(channel).toMatchObject({
      id: expect.stringMatching(/^chan_/),
      name: 'Website',
      type: 'WEBCHAT',
      externalId: null,
      allowMany: false,
      reopenWithinSeconds: null,
    });
    const node = await ask(workspace, NodeDocument, { id: channel.id });
    expect(node).toEqual({ __typename: 'Channel', id: channel.id });
  });

  it('creates a channel of every type, listed oldest first', async () => {
    const types = Object.values(ChannelType);
    expect(types).toHaveLength(10);
    for (const type of types) await makeChannel(workspace, { name: type, type });
    expect((await channels()).nodes.map(({ name, type }) => [name, type])).toEqual(types.map((type) => [type, type]));
    expect((await channels()).totalCount).toBe(10);
  });

  it('stores allowMany, reopenWithinSeconds and externalId', async () => {
    const given = { allowMany: true, reopenWithinSeconds: 0, externalId: 'web-1' };
    expect(await makeChannel(workspace, given)).toMatchObject(given);
  });

  it('refuses an externalId that another channel has', async () => {
    await makeChannel(workspace, { externalId: 'web-1' });
    expectType(await create({ externalId: ' web-1' }), 'ConflictError');
    expect((await channels()).totalCount).toBe(1);
    await makeChannel(await parley.newWorkspace(), { externalId: 'web-1' });
  });

  it('creates one channel for 20 concurrent requests with the same externalId', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create({ externalId: 'web-1' })));
    expect(answers.filter(({ __typename }) => __typename === 'CreateChannelPayload')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(19);
  });

  it.each([
    ['a name of spaces', { name: '\t ' }, 'name'],
    ['an empty externalId', { externalId: '' }, 'externalId'],
    ['a negative time to reopen', { reopenWithinSeconds: -1 }, 'reopenWithinSeconds'],
  ])('refuses %s and writes nothing', async (_name, input, path) => {
    expect(expectType(await create(input), 'ValidationError').issues).toMatchObject([{ path: [path] }]);
    expect((await channels()).totalCount).toBe(0);
  });

  it('refuses an unknown type with BAD_USER_INPUT', async () => {
    const query = 'mutation ($input: CreateChannelInput!) { createChannel(input: $input) { __typename } }';
    const { body } = await workspace.post(query, { input: { name: 'Fax', type: 'FAX' } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect((await channels()).totalCount).toBe(0);
  });

  it('is for keys that may administrate', async () => {
    const client = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    expectType(await create({}, client), 'ForbiddenError');
  });
});

describe('the active conversations of a contact on a channel', () => {
  const beginTwice = async (input: Input) => {
    const channelId = (await makeChannel(workspace, input)).id;
    const contactId = (await makeContact(workspace)).id;
    await makeConversation(workspace, { channelId, contactId });
    const second = { input: { channelId, contactId } };
    return (await ask(workspace, CreateConversationDocument, second)).__typename;
  };

  it('are at most one', async () => {
    expect(await beginTwice({})).toBe('ConversationExistsError');
  });

  it('can be many if the channel allows it', async () => {
    expect(await beginTwice({ allowMany: true })).toBe('CreateConversationPayload');
  });
});
