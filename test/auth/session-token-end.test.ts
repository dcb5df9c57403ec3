import { beforeEach, describe, expect, it } from 'vitest';
import {
  DeactivateUserDocument,
  DeleteContactDocument,
  MergeContactsDocument,
  ReactivateUserDocument,
  RevokeApiKeyDocument,
  UpdateUserDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeToken, signIn, signInAs } from '../support/token.js';

const SECRET = 'a secret of more than thirty-two bytes, for tests only';

let now: Date;
beforeEach(() => {
  now = new Date('2026-05-01T10:00:00.500Z');
});
const parley = useParley({ clock: () => now, config: { tokenSecret: SECRET } });
const workspace = useFreshWorkspace(parley);

const viewerOf = async ({ run }: TestWorkspace, token?: string) => (await run(ViewerDocument, {}, token)).viewer;

/** How a request with this token is answered. */
async function statusOf(token: string): Promise<string> {
  const { status, body } = await workspace.post('{ viewer { actor { id } } }', {}, token);
  return `${status} ${String(body.errors?.[0]?.extensions?.code ?? 'OK')}`;
}

const REFUSED = '401 UNAUTHENTICATED';

describe('a session token stops working', () => {
  it('at most 24 hours after its first issue, however often it was renewed', async () => {
    const contact = await makeContact(workspace);
    let { token, expiresAt } = await makeToken(workspace, { actorId: contact.id, expiresInSeconds: 7200 });
    for (let hour = 1; hour < 24; hour += 1) {
      now = new Date(now.getTime() + 3_600_000);
      ({ token, expiresAt } = await makeToken(parley.connect({ ...workspace, apiKey: token }), {
        expiresInSeconds: 7200,
      }));
    }
    expect(expiresAt).toBe('2026-05-02T10:00:00.000Z');
    now = new Date('2026-05-02T10:00:00.000Z');
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('when the key it was derived from is revoked', async () => {
    const key = await makeApiKey(parley, workspace);
    const user = await signIn(parley, key, (await makeUser(workspace, 'U', { role: 'OWNER' })).id);
    const renewed = await makeToken(user, {});
    const forContact = await makeToken(user, { actorId: (await makeContact(workspace)).id });
    const { apiKey } = await succeed(workspace, RevokeApiKeyDocument, { apiKeyId: await idOf(key) });
    expect(apiKey.revokedAt).not.toBeNull();
    for (const token of [user.apiKey, renewed.token, forContact.token]) expect(await statusOf(token)).toBe(REFUSED);
  });

  it('for good when its user is deactivated, even if the user is reactivated', async () => {
    const user = await makeUser(workspace);
    const { token } = await makeToken(workspace, { actorId: user.id, expiresInSeconds: 86_400 });
    const prolonged = await makeToken(parley.connect({ ...workspace, apiKey: token }), {});
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expect(await statusOf(token)).toBe(REFUSED);
    await succeed(workspace, ReactivateUserDocument, { userId: user.id });
    for (const old of [token, prolonged.token]) expect(await statusOf(old)).toBe(REFUSED);
    now = new Date(now.getTime() + 1);
    const renewed = await makeToken(workspace, { actorId: user.id });
    expect(await statusOf(renewed.token)).toBe('200 OK');
    const again = await makeToken(parley.connect({ ...workspace, apiKey: renewed.token }), {});
    expect(await statusOf(again.token)).toBe('200 OK');
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('when the administrator who issued it for another user loses the role or is deactivated', async () => {
    const admin = await signInAs(parley, workspace, 'ADMIN');
    const { token } = await makeToken(admin, { actorId: (await makeUser(workspace)).id });
    expect(await statusOf(token)).toBe('200 OK');
    await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role: 'AGENT' });
    expect(await statusOf(token)).toBe(REFUSED);
    await succeed(workspace, UpdateUserDocument, { userId: admin.actorId, role: 'ADMIN' });
    expect(await statusOf(token)).toBe('200 OK');
    await succeed(workspace, DeactivateUserDocument, { userId: admin.actorId });
    await succeed(workspace, ReactivateUserDocument, { userId: admin.actorId });
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it("when its bearer's role comes to exceed the issuer's", async () => {
    const writer = await makeApiKey(parley, workspace, { scopes: ['WRITE'] });
    const [admin, owner] = [await signInAs(parley, workspace, 'ADMIN'), await signInAs(parley, workspace, 'OWNER')];
    const made = async (by: TestWorkspace, userId: string) => (await makeToken(by, { actorId: userId })).token;
    const { id: userId } = await makeUser(workspace, 'Rising', { role: 'AGENT' });
    const tokens = [await made(writer, userId), await made(admin, userId), await made(owner, userId)];
    const renewed = await makeToken(parley.connect({ ...workspace, apiKey: tokens[1] ?? '' }), {});
    const statusesAs = async (role: 'ADMIN' | 'OWNER' | 'AGENT') => {
      await succeed(workspace, UpdateUserDocument, { userId, role });
      return Promise.all([...tokens, renewed.token].map(statusOf));
    };
    expect(await statusesAs('ADMIN')).toEqual([REFUSED, '200 OK', '200 OK', '200 OK']);
    expect(await statusesAs('OWNER')).toEqual([REFUSED, REFUSED, '200 OK', REFUSED]);
    expect(await statusesAs('AGENT')).toEqual(['200 OK', '200 OK', '200 OK', '200 OK']);
  });

  it('when its contact is deleted, but continues as the survivor of a merge', async () => {
    const [contact, survivor] = [await makeContact(workspace), await makeContact(workspace)];
    const { token } = await makeToken(workspace, { actorId: contact.id });
    await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [contact.id] });
    expect((await viewerOf(workspace, token)).actor.id).toBe(survivor.id);
    await succeed(workspace, DeleteContactDocument, { contactId: survivor.id });
    expect(await statusOf(token)).toBe(REFUSED);
  });

  it('granting an old role as soon as the role changes', async () => {
    const agent = await signInAs(parley, workspace, 'AGENT');
    expect((await viewerOf(agent)).role).toBe('AGENT');
    await succeed(workspace, UpdateUserDocument, { userId: agent.actorId, role: 'READ_ONLY' });
    expect(await viewerOf(agent)).toMatchObject({ role: 'READ_ONLY', scopes: ['READ'] });
  });
});

async function idOf(key: TestWorkspace): Promise<string> {
  return (await viewerOf(key)).actor.id;
}
