import type { SessionTokens } from '../../auth/session-token.js';
import type { Viewer } from '../../auth/viewer.js';
import { invalid } from '../../lib/errors.js';
import { input, optional, type Parsed } from '../../lib/input.js';
import { text } from '../../lib/rules.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';

export const revokeSessionTokenInput = input('RevokeSessionTokenInput', 'The session token to revoke.', {
  token: optional(
    text(2_000),
    'A session token of this workspace that has not expired. Default: the one in use. Required with another credential.',
  ),
});

export type RevokedSessionToken = { revokedAt: Date };

/** A token as far as revoking it goes. */
type Revocable = { id: string; expiresAt: Date };

const outcome: Outcome<RevokedSessionToken, { revokedAt: string }> = {
  keep: ({ revokedAt }) => ({ revokedAt: revokedAt.toISOString() }),
  resume: async (_work, { revokedAt }) => ({ revokedAt: new Date(revokedAt) }),
};

/**
 * Revokes a session token by its id, for all processes. Revoking it again changes nothing. Whoever can show a token could
 * also act with it, so no other right is needed. Throws ValidationError for what is not a valid session token of this
 * workspace, rather than to let somebody believe that a mistyped token was revoked.
 */
export async function revokeSessionToken(
  context: ActionContext & { tokens: SessionTokens },
  { token }: Parsed<typeof revokeSessionTokenInput>,
): Promise<RevokedSessionToken> {
  const { id, expiresAt } = token === undefined ? tokenInUse(context.viewer) : await tokenShown(context, token);
  return transactOnce(context, outcome, async ({ tx, workspaceId, now }) => {
    const { revokedAt } = await tx.revokedToken.upsert({
      where: { workspaceId_id: { workspaceId, id } },
      create: { workspaceId, id, expiresAt, revokedAt: now },
      update: {},
    });
    return { revokedAt };
  });
}

function tokenInUse({ credential }: Viewer): Revocable {
  if (credential.type === 'TOKEN' && credential.tokenId !== null) {
    return { id: credential.tokenId, expiresAt: credential.expiresAt };
  }
  throw invalid('token', "Required with an API key or an identity provider's token, which cannot be revoked here.");
}

async function tokenShown(
  { tokens, viewer, clock }: ActionContext & { tokens: SessionTokens },
  token: string,
): Promise<Revocable> {
  const shown = await tokens.verify(token, clock());
  if (shown?.workspaceId === viewer.workspaceId) return { id: shown.claims.tokenId, expiresAt: shown.claims.expiresAt };
  throw invalid('token', 'Must be a session token of this workspace that has not expired.');
}
