import type { CallerKind } from '../../src/auth/permissions.js';
import { CreateSessionTokenDocument, type CreateSessionTokenInput } from '../generated/operations.js';
import { succeed } from './act.js';
import { makeContact, makeUser } from './make.js';
import type { TestServer, TestWorkspace } from './parley.js';

/** The payload of createSessionToken, by default for the client itself. */
export function makeToken(client: TestWorkspace, input: CreateSessionTokenInput) {
  return succeed(client, CreateSessionTokenDocument, input);
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
