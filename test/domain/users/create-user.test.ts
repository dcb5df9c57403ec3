import { describe, expect, it } from 'vitest';
import { CreateUserDocument, type CreateUserInput, NodeDocument, TeamDocument } from '../../generated/operations.js';
import { act, ask } from '../../support/act.js';
import { makeApiKey } from '../../support/api-key.js';
import { useFreshWorkspace, useParley } from '../../support/fixtures.js';
import { makeConversation } from '../../support/make.js';
import { expectType } from '../../support/parley.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

type Input = CreateUserInput;

const create = async (input: Input, client = workspace) => await act(client, CreateUserDocument, input);
const created = async (input: Input) => expectType(await create(input), 'CreateUserPayload').user;
const users = async () => (await workspace.run(TeamDocument, {})).users;

describe('createUser', () => {
  it('creates an agent by default, with the email address in lower case', async () => {
    const user = await created({ name: ' Ada ', email: ' Ada@Example.com ', avatarUrl: 'https://example.com/ada.png' });
    expect(user).toMatchObject({
      id: expect.stringMatching(/^user_/),
      name: 'Ada',
      email: 'ada@example.com',
      role: 'AGENT',
    });
    const node = await ask(workspace, NodeDocument, { id: user.id });
    expect(node).toEqual({ __typename: 'User', id: user.id });
  });

  it.each(['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY'] as const)('creates a user with the role %s', async (role) => {
    expect((await created({ name: 'Ada', email: 'ada@example.com', role })).role).toBe(role);
  });

  it('refuses an email address that another user has in any spelling', async () => {
    await created({ name: 'Ada', email: 'ada@example.com' });
    expectType(await create({ name: 'Other', email: 'ADA@example.com' }), 'ConflictError');
    expect((await users()).totalCount).toBe(1);
    const elsewhere = await parley.newWorkspace();
    expectType(await create({ name: 'Ada', email: 'ada@example.com' }, elsewhere), 'CreateUserPayload');
  });

  it('creates one user for 20 concurrent requests with the same email address', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => create({ name: `Ada ${index}`, email: 'ada@example.com' })),
    );
    expect(answers.filter(({ __typename }) => __typename === 'CreateUserPayload')).toHaveLength(1);
    expect(answers.filter(({ __typename }) => __typename === 'ConflictError')).toHaveLength(19);
    expect((await users()).totalCount).toBe(1);
  });

  it.each([
    ['a name of spaces', { name: ' ' }, 'name'],
    ['a name of 256 characters', { name: 'x'.repeat(256) }, 'name'],
    ['an e-mail address without a domain', { email: 'ada' }, 'email'],
    ['an empty e-mail address', { email: '' }, 'email'],
    ['a picture that is no address', { avatarUrl: 'ada.png' }, 'avatarUrl'],
  ])('refuses %s and writes nothing', async (_name, input, path) => {
    const answer = await create({ name: 'Ada', email: 'ada@example.com', ...input });
    expect(expectType(answer, 'ValidationError').issues).toMatchObject([{ path: [path] }]);
    expect((await users()).totalCount).toBe(0);
  });

  it('is for keys that may administrate', async () => {
    for (const scopes of [['READ' as const], ['WRITE' as const]]) {
      const client = await makeApiKey(parley, workspace, { scopes });
      expectType(await create({ name: 'Ada', email: 'ada@example.com' }, client), 'ForbiddenError');
    }
    expect((await users()).totalCount).toBe(0);
  });
});

describe('users', () => {
  it('are listed oldest first and completely, page by page in both directions', async () => {
    const names = ['One', 'Two', 'Three', 'Four', 'Five'];
    for (const name of names) await created({ name, email: `${name}@example.com` });
    type Users = {
      nodes: { name: string }[];
      pageInfo: { hasNextPage: boolean; startCursor: string; endCursor: string };
    };
    const page = async (args: string) => {
      const { body } = await workspace.post<{ users: Users }>(
        `{ users(${args}) { nodes { name } pageInfo { hasNextPage startCursor endCursor } } }`,
      );
      if (!body.data) throw new Error(JSON.stringify(body.errors));
      return { ...body.data.users, names: body.data.users.nodes.map(({ name }) => name) };
    };
    const first = await page('first: 2');
    const second = await page(`first: 2, after: "${first.pageInfo.endCursor}"`);
    const third = await page(`first: 2, after: "${second.pageInfo.endCursor}"`);
    expect([first.names, second.names, third.names]).toEqual([['One', 'Two'], ['Three', 'Four'], ['Five']]);
    expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    const last = await page('last: 2');
    expect(last.names).toEqual(['Four', 'Five']);
    expect((await page(`last: 2, before: "${last.pageInfo.startCursor}"`)).names).toEqual(['Two', 'Three']);
    await expect(page('first: 0')).rejects.toThrow('BAD_USER_INPUT');
    expect((await users()).totalCount).toBe(5);
  });

  it('show the conversations they own and no others', async () => {
    const ada = await created({ name: 'Ada', email: 'ada@example.com' });
    const owned = await makeConversation(workspace, { ownerId: ada.id });
    await makeConversation(workspace, { assigneeId: ada.id, participantIds: [ada.id] });
    const { body } = await workspace.post(
      'query ($id: ID!) { node(id: $id) { ... on User { conversations { totalCount nodes { id } } } } }',
      { id: ada.id },
    );
    expect(body.data).toEqual({ node: { conversations: { totalCount: 1, nodes: [{ id: owned.id }] } } });
  });
});
