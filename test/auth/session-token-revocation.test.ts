import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import {
  CreateSessionTokenDocument,
  type CreateSessionTokenInput,
  RevokeSessionTokenDocument,
} from '../generated/operations.js';
import { connect } from '../live/support/listen.js';
import { act, failWith, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeUser } from '../support/make.js';
import { expectType, startParley, type TestServer, type TestWorkspace } from '../support/parley.js';
import { makeToken, signInAs } from '../support/token.js';

const parley = useParley();
const workspace = useFreshWorkspace(parley);

type Server = Pick<TestServer, 'connect'>;

const bearer = (apiKey: string, server: Server = parley) => server.connect({ ...workspace, apiKey });
const statusOf = async (token: string, server?: Server) =>
  (await bearer(token, server).post('{ viewer { role } }')).status;

async function tokenFor(input: Partial<CreateSessionTokenInput> = {}): Promise<string> {
  return (await makeToken(workspace, { actorId: (await makeContact(workspace)).id, ...input })).token;
}

describe('revokeSessionToken', () => {
  it('ends the token that calls, in every process, and no other', async () => {
    const actorId = (await makeUser(workspace)).id;
    const [ended, other] = [await tokenFor({ actorId }), await tokenFor({ actorId })];
    const renewed = (await makeToken(bearer(ended), {})).token;
    await succeed(bearer(ended), RevokeSessionTokenDocument, {});
    const second = await startParley();
    for (const server of [parley, second]) {
      expect([await statusOf(ended, server), await statusOf(other, server)]).toEqual([401, 200]);
    }
    await second.stop();
    expect(await statusOf(renewed)).toBe(200);
  });

  it('ends a token that is shown, also to callers who may only read, once and for all', async () => {
    for (const kind of ['READ_ONLY', 'CONTACT'] as const) {
      const token = await tokenFor();
      const caller = await signInAs(parley, workspace, kind);
      const first = await succeed(caller, RevokeSessionTokenDocument, { token });
      expect(await statusOf(token)).toBe(401);
      expect(await succeed(workspace, RevokeSessionTokenDocument, { token })).toEqual(first);
      expect(await statusOf(caller.apiKey)).toBe(200);
    }
  });

  it('opens no socket afterwards', async () => {
    const token = await tokenFor();
    await succeed(bearer(token), RevokeSessionTokenDocument, {});
    const closed = new Promise<unknown>((resolve) => connect(parley.url, token).on('closed', resolve));
    expect(await closed).toMatchObject({ code: 4403 });
  });

  it('refuses what is no valid session token of the workspace, and a call without any token', async () => {
    const elsewhere = await parley.newWorkspace();
    const foreign = (await makeToken(elsewhere, { actorId: (await makeContact(elsewhere)).id })).token;
    for (const token of [foreign, workspace.apiKey, `${await tokenFor()}x`, 'x', 'a.b.c']) {
      const { issues } = await failWith(workspace, 'ValidationError', RevokeSessionTokenDocument, { token });
      expect(issues).toMatchObject([{ path: ['token'] }]);
    }
    expect((await elsewhere.post('{ viewer { role } }', {}, foreign)).status).toBe(200);
    await failWith(workspace, 'ValidationError', RevokeSessionTokenDocument, {});
  });
});

describe('a token that is not renewable', () => {
  const renew = (client: TestWorkspace, input: CreateSessionTokenInput = {}) =>
    act(client, CreateSessionTokenDocument, input);

  it('works, but cannot extend its session', async () => {
    const token = await tokenFor({ renewable: false });
    expect(decodeJwt(token).renew).toBe(false);
    expect(await statusOf(token)).toBe(200);
    for (const renewable of [undefined, true, false]) {
      const refused = expectType(await renew(bearer(token), { renewable }), 'ForbiddenError');
      expect(refused.message).toContain('cannot be renewed');
    }
  });

  it('may be what a renewable one is renewed by, the last time', async () => {
    const last = await makeToken(bearer(await tokenFor()), { renewable: false });
    expectType(await renew(bearer(last.token)), 'ForbiddenError');
  });

  it('of an administrator still issues tokens for others, which are not renewable either', async () => {
    const admin = await makeUser(workspace, 'A', { role: 'ADMIN' });
    const token = await tokenFor({ actorId: admin.id, renewable: false });
    const { token: issued } = await makeToken(bearer(token), { actorId: (await makeContact(workspace)).id });
    expectType(await renew(bearer(issued), { renewable: true }), 'ForbiddenError');
    expectType(await renew(bearer(token), { actorId: admin.id }), 'ForbiddenError');
  });
});
