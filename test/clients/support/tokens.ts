import { RevokeSessionTokenDocument } from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';
import { makeToken } from '../../support/token.js';

/** Issues session tokens for a user, as the server of an app does. */
export async function issueTokens(workspace: TestWorkspace) {
  const { id: actorId } = await makeUser(workspace);
  const tokens: string[] = [];
  let refusing = false;
  return {
    issue: async () => {
      const token = refusing ? 'no.such.token' : (await makeToken(workspace, { actorId })).token;
      tokens.push(token);
      return token;
    },
    issued: () => tokens.length,
    /** Ends a token, by default the newest, before its time, as when it expires. */
    revoke: (token = tokens.at(-1) ?? '') => succeed(workspace, RevokeSessionTokenDocument, { token }),
    /** From now on, issues what no server takes. */
    refuse: () => {
      refusing = true;
    },
  };
}
