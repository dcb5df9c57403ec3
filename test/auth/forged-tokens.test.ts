import { createHmac, generateKeyPairSync } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose';
import { beforeEach, describe, expect, it } from 'vitest';
import { ViewerDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { unknownId, uuidOf } from '../support/ids.js';
import { makeBot, makeContact, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeToken } from '../support/token.js';

const SECRET = 'a secret of more than thirty-two bytes, for tests only';

const now = new Date('2026-05-01T10:00:00.500Z');
const parley = useParley({ clock: () => now, config: { tokenSecret: SECRET } });
const workspace = useFreshWorkspace(parley);

/** How a request with this token is answered. */
async function statusOf(token: string): Promise<string> {
  const { status, body } = await workspace.post('{ viewer { actor { id } } }', {}, token);
  return `${status} ${String(body.errors?.[0]?.extensions?.code ?? 'OK')}`;
}

const REFUSED = '401 UNAUTHENTICATED';

const idOf = async (client: TestWorkspace) => (await ask(client, ViewerDocument, {})).actor.id;

describe('a forged token', () => {
  const base64 = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  let token: string;
  let user: { id: string };
  beforeEach(async () => {
    user = await makeUser(workspace, 'U', { role: 'READ_ONLY' });
    ({ token } = await makeToken(workspace, { actorId: user.id }));
  });

  type Parts = [header: string, payload: string, signature: string];
  const partsOf = (text: string): Parts => {
    const [header = '', payload = '', signature = ''] = text.split('.');
    return [header, payload, signature];
  };

  /** A token that is signed with the server's own secret, right but for what is given. */
  async function signed(claims: Record<string, unknown>, header: { alg?: string; typ?: string } = {}, secret = SECRET) {
    return new SignJWT({ ...decodeJwt(token), ...claims })
      .setProtectedHeader({ alg: 'HS256', typ: 'parley+jwt', ...header })
      .sign(new TextEncoder().encode(secret));
  }

  it('is accepted if nothing is forged, so the refusals below are due to the forgery', async () => {
    expect(await statusOf(await signed({}))).toBe('200 OK');
  });

  it('without a signature is refused, regardless of its header', async () => {
    const [header, payload, signature] = partsOf(token);
    for (const alg of ['none', 'None', 'nOnE', '']) {
      const unsigned = base64({ alg, typ: 'parley+jwt' });
      for (const end of ['', signature]) expect(await statusOf(`${unsigned}.${payload}.${end}`)).toBe(REFUSED);
    }
    expect(await statusOf(`${header}.${payload}.`)).toBe(REFUSED);
  });

  it('with a changed payload or header is refused', async () => {
    const [header, payload, signature] = partsOf(token);
    const admin = await makeUser(workspace, 'A', { role: 'OWNER' });
    const changed = base64({ ...decodeJwt(token), sub: admin.id });
    expect(await statusOf(`${header}.${changed}.${signature}`)).toBe(REFUSED);
    expect(await statusOf(`${base64({ alg: 'HS512', typ: 'parley+jwt' })}.${payload}.${signature}`)).toBe(REFUSED);
  });

  it('signed with another secret or algorithm is refused', async () => {
    expect(await statusOf(await signed({}, {}, 'another secret of more than thirty-two bytes'))).toBe(REFUSED);
    expect(await statusOf(await signed({}, { alg: 'HS384' }))).toBe(REFUSED);
    const { privateKey } = generateKeyPairSync('ed25519');
    const other = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'parley+jwt' })
      .sign(privateKey);
    expect(await statusOf(other)).toBe(REFUSED);
  });

  it('with wrong claims is refused, even if its signature is valid', async () => {
    const second = Math.floor(now.getTime() / 1000);
    const other = await parley.newWorkspace();
    const wrong: Record<string, unknown>[] = [
      { iss: 'https://elsewhere.example' },
      { aud: 'somebody else' },
      { iss: undefined },
      { exp: undefined },
      { exp: second },
      { exp: second + 86_401 },
      { exp: String(second + 60) },
      { nbf: second + 10 },
      { iat: second + 120, exp: second + 180 },
      { iat: undefined },
      { jti: undefined },
      { auth_time: undefined },
      { sub: undefined },
      { sub: uuidOf(user.id) },
      { sub: `${user.id}'; --` },
      { sub: (await makeBot(workspace)).id },
      { sub: await idOf(workspace) },
      { sub: unknownId('User') },
      { sub: user.id.replace('user_', 'cont_').slice(0, -1) },
      { ws: other.id },
      { ws: unknownId('Workspace') },
      { ws: undefined },
      { key: unknownId('ApiKey') },
      { key: await idOf(other) },
      { act: { sub: unknownId('User') } },
      { act: { sub: user.id } },
      { act: 'somebody' },
    ];
    for (const claims of wrong) expect([claims, await statusOf(await signed(claims))]).toEqual([claims, REFUSED]);
  });

  it('of another token type is refused', async () => {
    for (const typ of ['JWT', 'at+jwt', 'logout+jwt', undefined]) {
      expect(await statusOf(await signed({}, typ === undefined ? { typ: '' } : { typ }))).toBe(REFUSED);
    }
  });

  it('that is not a token at all is refused', async () => {
    const [header, payload, signature] = partsOf(token);
    const nonsense = [
      '.',
      '..',
      '...',
      'a.b.c',
      `${header}.${payload}`,
      `${token}.${signature}`,
      `${header}..${signature}`,
      `é.${payload}.x`,
    ];
    for (const text of nonsense) expect([text, await statusOf(encodeURI(text))]).toEqual([text, REFUSED]);
    expect(
      await statusOf(
        `${base64({ alg: 'HS256' })}.${base64({})}.${createHmac('sha256', SECRET).update('x').digest('base64url')}`,
      ),
    ).toBe(REFUSED);
  });
});

describe('a server with an Ed25519 key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const signing = useParley({ clock: () => now, config: { tokenSecret: pem } });

  it('signs tokens with EdDSA and refuses an HS256 token that uses the public key as its secret', async () => {
    const here = signing.connect(workspace);
    const { token } = await makeToken(here, { actorId: (await makeContact(workspace)).id });
    expect(decodeProtectedHeader(token).alg).toBe('EdDSA');
    expect((await here.post('{ viewer { actor { id } } }', {}, token)).status).toBe(200);
    expect(await statusOf(token)).toBe(REFUSED);
    const shown = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const secret of [shown, shown.trim(), pem]) {
      const confused = await new SignJWT(decodeJwt(token))
        .setProtectedHeader({ alg: 'HS256', typ: 'parley+jwt' })
        .sign(new TextEncoder().encode(secret));
      expect((await here.post('{ viewer { actor { id } } }', {}, confused)).status).toBe(401);
    }
  });
});
