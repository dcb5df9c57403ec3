import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { CreateSessionTokenDocument, type CreateSessionTokenInput } from '../generated/operations.js';
import { act } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeContact, makeUser } from '../support/make.js';
import type { TestWorkspace } from '../support/parley.js';
import { makeToken } from '../support/token.js';
import { MANIFEST, trusted } from '../support/trusted.js';

const tokenSecret = 'a secret of more than thirty-two bytes, for tests only';
const off = useParley({ config: { tokenSecret } });
const parley = useParley({ config: { tokenSecret, trustedDocuments: { mode: 'prefer', files: [MANIFEST] } } });
const workspace = useFreshWorkspace(parley);

const UNTRUSTED = '{ viewer { role } }';
const { text: TRUSTED } = trusted('Viewer');

/** How a document is answered to the bearer of a token. */
async function outcome({ post }: TestWorkspace, query: string, token: string): Promise<string> {
  const { status, body } = await post(query, {}, token);
  return `${status} ${String(body.errors?.[0]?.extensions?.code ?? 'OK')}`;
}

const bound = async (input: CreateSessionTokenInput) =>
  (await makeToken(workspace, { ...input, trustedDocumentsOnly: true })).token;

/** A token for the bearer of another one, by a trusted document. */
async function renewed(token: string, input: CreateSessionTokenInput = {}) {
  const { body } = await workspace.post<{ createSessionToken: { token: string } }>(
    trusted('CreateSessionToken').text,
    { input },
    token,
  );
  if (!body.data) throw new Error(JSON.stringify(body.errors));
  return body.data.createSessionToken.token;
}

describe('a session token that is bound to trusted documents', () => {
  it('sends them only, to a server that takes others from everyone else', async () => {
    const { id: actorId } = await makeContact(workspace);
    const token = await bound({ actorId });
    expect(decodeJwt(token)).toMatchObject({ trusted_documents_only: true });
    expect(await outcome(workspace, TRUSTED, token)).toBe('200 OK');
    expect(await outcome(workspace, UNTRUSTED, token)).toBe('403 DOCUMENT_NOT_TRUSTED');
    const { token: free } = await makeToken(workspace, { actorId });
    expect(decodeJwt(free)).not.toHaveProperty('trusted_documents_only');
    expect(await outcome(workspace, UNTRUSTED, free)).toBe('200 OK');
  });

  it('issues only tokens that are bound too', async () => {
    const { id: actorId } = await makeUser(workspace, 'Uma', { role: 'ADMIN' });
    const { id: contact } = await makeContact(workspace);
    const token = await bound({ actorId });
    for (const input of [{}, { trustedDocumentsOnly: false }, { actorId: contact }]) {
      expect(await outcome(workspace, UNTRUSTED, await renewed(token, input))).toBe('403 DOCUMENT_NOT_TRUSTED');
    }
  });

  it('stays bound when the server has no trusted documents any more', async () => {
    const { id: actorId } = await makeContact(workspace);
    const token = await bound({ actorId });
    const later = off.connect(workspace);
    for (const query of [TRUSTED, UNTRUSTED])
      expect(await outcome(later, query, token)).toBe('403 DOCUMENT_NOT_TRUSTED');
  });

  it('is not issued by a server without trusted documents', async () => {
    const { id: actorId } = await makeContact(workspace);
    const input = { actorId, trustedDocumentsOnly: true };
    expect(await act(off.connect(workspace), CreateSessionTokenDocument, input)).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['trustedDocumentsOnly'], message: expect.stringContaining('TRUSTED_DOCUMENTS') }],
    });
    await makeToken(off.connect(workspace), { actorId, trustedDocumentsOnly: false });
  });
});
