import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { TeamDocument, UpdateUserDocument } from '../../generated/operations.js';
import { act, failWith, issuePaths, succeed } from '../../support/act.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { makeUser } from '../../support/make.js';

const parley = useParley();
const workspace = useWorkspace(parley);

describe('updateUser', () => {
  it('changes what is given and leaves the rest', async () => {
    const user = await makeUser(workspace);
    const changes = { name: 'Grace', role: 'ADMIN', avatarUrl: 'https://example.com/grace.png' } as const;
    const answer = await succeed(workspace, UpdateUserDocument, { userId: user.id, ...changes });
    expect(answer.user).toEqual({ ...user, ...changes });
    const listed = (await workspace.run(TeamDocument, {})).users.nodes.find(({ id }) => id === user.id);
    expect(listed).toMatchObject({ name: 'Grace', role: 'ADMIN', active: true });
  });

  it('stores email addresses in lower case and unique within the workspace', async () => {
    const [user, other] = [await makeUser(workspace), await makeUser(workspace)];
    const email = `${randomUUID()}@example.com`;
    expect(
      (await succeed(workspace, UpdateUserDocument, { userId: user.id, email: ` ${email.toUpperCase()} ` })).user.email,
    ).toBe(email);
    await succeed(workspace, UpdateUserDocument, { userId: user.id, email });
    await failWith(workspace, 'ConflictError', UpdateUserDocument, { userId: other.id, email: email.toUpperCase() });
    const elsewhere = await parley.newWorkspace();
    const stranger = await makeUser(elsewhere);
    await succeed(elsewhere, UpdateUserDocument, { userId: stranger.id, email });
  });

  it('gives an email address to one of many that claim it concurrently', async () => {
    const users = await Promise.all(Array.from({ length: 6 }, () => makeUser(workspace)));
    const email = `${randomUUID()}@example.com`;
    const answers = await Promise.all(users.map(({ id }) => act(workspace, UpdateUserDocument, { userId: id, email })));
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...Array(5).fill('ConflictError'),
      'UpdateUserPayload',
    ]);
  });

  it('clears avatarUrl with null, and keeps required fields', async () => {
    const user = await makeUser(workspace, 'Ada', { avatarUrl: 'https://example.com/ada.png' });
    const nothing = { name: null, email: null, role: null };
    const answer = await succeed(workspace, UpdateUserDocument, { userId: user.id, ...nothing, avatarUrl: null });
    expect(answer.user).toEqual({ ...user, avatarUrl: null });
  });

  it.each(['name', 'email', 'avatarUrl'])('refuses malformed values for %s', async (field) => {
    const user = await makeUser(workspace);
    const malformed = field === 'name' ? ' ' : 'not so';
    expect(issuePaths(await act(workspace, UpdateUserDocument, { userId: user.id, [field]: malformed }))).toEqual([
      field,
    ]);
  });
});
