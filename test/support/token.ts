import type { CallerKind } from '../../src/auth/permissions.js';
import * as operations from '../generated/operations.js';
import { makeContact, makeUser } from './make.js';
import { expectType, type TestServer, type TestWorkspace } from './parley.js';

/** A token for a user or contact, and what came with it. */
export async function makeToken(
  { run }: TestWorkspace,
  input: operations.CreateSessionTokenMutationVariables['input'],
) {
  const { createSessionToken } = await run(operations.CreateSessionTokenDocument, { input });
  return expectType(createSessionToken, 'CreateSessionTokenPayload');
}

/** The workspace as a user or contact sees it. */
export async function signIn(
  { connect }: Pick<TestServer, 'connect'>,
  workspace: TestWorkspace,
  actorId: string,
): Promise<TestWorkspace> {
  const { token } = await makeToken(workspace, { actorId });
  return connect({ id: workspace.id, apiKey: token });
}

export type TokenKind = Exclude<CallerKind, 'API_KEY' | 'BOT'>;

/** The workspace as a new user of this role, or a new contact, sees it. */
export async function signInAs(
  parley: Pick<TestServer, 'connect'>,
  workspace: TestWorkspace,
  kind: TokenKind,
): Promise<TestWorkspace & { actorId: string }> {
  const actor =
    kind === 'CONTACT' ? await makeContact(workspace) : await makeUser(workspace, `User ${kind}`, { role: kind });
  return { ...(await signIn(parley, workspace, actor.id)), actorId: actor.id };
}
