import type { ApiKeyScope } from '../generated/prisma/enums.js';
import type { ActorRef } from '../lib/actor-ref.js';
import { type CallerKind, callers, type Permission, permissionsOf, scopesOf } from './permissions.js';

/** Who asks. A key acts as itself, a bot's key as that bot, a token as the user or contact that it is for. */
export type Viewer = {
  workspaceId: string;
  actor: ActorRef;
  kind: CallerKind;
  permissions: ReadonlySet<Permission>;
  /** What a key's scopes would be that may do the same. */
  scopes: ReadonlySet<ApiKeyScope>;
  /** What was shown to prove it. */
  credential: Credential;
};

type Credential = { type: 'KEY'; keyId: string } | ({ type: 'TOKEN' } & TokenFacts);

/** What a token says besides whom it is for. */
export type TokenFacts = {
  /** From then on it is refused. */
  expiresAt: Date;
  /** When it was made; to the millisecond where it is one of ours. */
  issuedAt: Date;
  /** When a key, an administrator or the identity provider last vouched for whom it is for. */
  vouchedAt: Date;
  /** The key that it goes back to, and ends with. */
  keyId: string | null;
  /** The user who made it for somebody else, and with whom it ends. */
  makerId: string | null;
};

/** The viewer of this kind, with all that it may do; `keyScopes` are those of its key, null where it shows a token. */
export function viewerOf(
  who: Pick<Viewer, 'workspaceId' | 'actor' | 'kind' | 'credential'>,
  keyScopes: readonly ApiKeyScope[] | null,
): Viewer {
  const permissions = permissionsOf(who.kind, keyScopes);
  return { ...who, permissions, scopes: scopesOf(who.kind, permissions) };
}

/** What idempotency keys belong to: the key that was shown, or the user or contact of a token, whichever token it is. */
export function callerId({ actor, credential }: Viewer): string {
  return credential.type === 'KEY' ? credential.keyId : actor.id;
}

/** Whether a viewer sees every conversation of the workspace. */
export function seesAll({ kind }: Viewer): boolean {
  return callers[kind].sees === 'ALL';
}

/** Whether a viewer may act in the name of others; everyone else acts as themselves. */
export function mayActForOthers({ permissions }: Viewer): boolean {
  return permissions.has('actForOthers');
}

/** Says to a viewer that it lacks the permission. */
export function notAllowed({ kind, credential }: Viewer): string {
  if (credential.type === 'KEY') return 'The scopes of this API key do not allow this.';
  return kind === 'CONTACT' ? 'A contact may not do this.' : `The role ${kind} does not allow this.`;
}
