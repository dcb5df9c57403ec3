import { beforeEach, describe, expect, it } from 'vitest';
import {
  CreateSessionTokenDocument,
  type CreateSessionTokenInput,
  DeactivateUserDocument,
  DeleteContactDocument,
  MergeContactsDocument,
  ViewerDocument,
} from '../generated/operations.js';
import { act, succeed } from '../support/act.js';
import { makeApiKey } from '../support/api-key.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId } from '../support/ids.js';
import { makeBot, makeContact, makeUser } from '../support/make.js';
import { expectType, type TestWorkspace } from '../support/parley.js';
import { makeToken, signIn, signInAs } from '../support/token.js';

const SECRET = 'a secret of more than thirty-two bytes, for tests only';

let now: Date;
beforeEach(() => {
  now = new Date('2026-05-01T10:00:00.500Z');
});
const parley = useParley({ clock: () => now, config: { tokenSecret: SECRET } });
const workspace = useFreshWorkspace(parley);

const create = (client: TestWorkspace, input: CreateSessionTokenInput) =>
  act(client, CreateSessionTokenDocument, input);

const viewerOf = async ({ run }: TestWorkspace, token?: string) => (await run(ViewerDocument, {}, token)).viewer;

describe('the subject of a session token', () => {
  it('must be a user or contact of the workspace', async () => {
    const other = await parley.newWorkspace();
    const strangers = [await makeUser(other), await makeContact(other)];
    for (const id of [...strangers.map((stranger) => stranger.id), unknownId('User'), unknownId('Contact')]) {
      expect(expectType(await create(workspace, { actorId: id }), 'NotFoundError').id).toBe(id);
    }
    const bot = await makeBot(workspace);
    for (const actorId of [bot.id, workspace.id, 'nonsense', undefined]) {
      expectType(await create(workspace, actorId === undefined ? {} : { actorId }), 'ValidationError');
    }
  });

  it('must be active: a deactivated user is a conflict and a deleted contact is not found', async () => {
    const user = await makeUser(workspace);
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    expectType(await create(workspace, { actorId: user.id }), 'ConflictError');
    const contact = await makeContact(workspace);
    await succeed(workspace, DeleteContactDocument, { contactId: contact.id });
    expectType(await create(workspace, { actorId: contact.id }), 'NotFoundError');
  });

  it('is the survivor if the contact was merged', async () => {
    const [survivor, merged] = [await makeContact(workspace), await makeContact(workspace)];
    await succeed(workspace, MergeContactsDocument, { survivorId: survivor.id, contactIds: [merged.id] });
    const { actor, token } = await makeToken(workspace, { actorId: merged.id });
    expect(actor.id).toBe(survivor.id);
    expect((await viewerOf(workspace, token)).actor.id).toBe(survivor.id);
  });

  const roles = ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY'] as const;
  /** Of the others, those whom this caller may make a token for. */
  const mayMake: Record<string, readonly string[]> = {
    'a key with ADMIN': ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'],
    'a key with WRITE': ['AGENT', 'READ_ONLY', 'CONTACT'],
    'a key with READ': [],
    'a bot': [],
    OWNER: ['OWNER', 'ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'],
    ADMIN: ['ADMIN', 'AGENT', 'READ_ONLY', 'CONTACT'],
    AGENT: [],
    READ_ONLY: [],
    CONTACT: [],
  };

  it.each(Object.keys(mayMake))('never ranks above the caller, here %s', async (caller) => {
    const callers: Record<string, () => Promise<TestWorkspace>> = {
      'a key with ADMIN': async () => workspace,
      'a key with WRITE': () => makeApiKey(parley, workspace, { scopes: ['WRITE'] }),
      'a key with READ': () => makeApiKey(parley, workspace, { scopes: ['READ'] }),
      'a bot': async () => parley.connect({ ...workspace, apiKey: (await makeBot(workspace)).apiKey }),
      CONTACT: () => signInAs(parley, workspace, 'CONTACT'),
      ...Object.fromEntries(roles.map((role) => [role, () => signInAs(parley, workspace, role)])),
    };
    const client = await callers[caller]?.();
    if (!client) throw new Error(`No such caller: ${caller}`);
    const made: string[] = [];
    for (const role of roles) {
      const user = await makeUser(workspace, 'Somebody else', { role });
      const answer = await create(client, { actorId: user.id });
      if (answer.__typename === 'CreateSessionTokenPayload') made.push(role);
      else expectType(answer, 'ForbiddenError');
    }
    const contact = await create(client, { actorId: (await makeContact(workspace)).id });
    if (contact.__typename === 'CreateSessionTokenPayload') made.push('CONTACT');
    expect(made).toEqual(mayMake[caller]);
  });

  it.each([...roles, 'CONTACT'] as const)('defaults to the viewer with the role %s', async (kind) => {
    const viewer = await signInAs(parley, workspace, kind);
    for (const input of [{}, { actorId: viewer.actorId }]) {
      const { token, actor } = await makeToken(viewer, input);
      expect(actor.id).toBe(viewer.actorId);
      expect((await viewerOf(workspace, token)).actor.id).toBe(viewer.actorId);
    }
  });

  it("cannot be another user if the caller's token was issued by an administrator for them", async () => {
    const [admin, other] = [await makeUser(workspace, 'A', { role: 'ADMIN' }), await makeUser(workspace)];
    const owner = await signInAs(parley, workspace, 'OWNER');
    const byOwner = await signIn(parley, owner, admin.id);
    expectType(await create(byOwner, { actorId: other.id }), 'ForbiddenError');
    expectType(await create(byOwner, {}), 'CreateSessionTokenPayload');
  });
});
