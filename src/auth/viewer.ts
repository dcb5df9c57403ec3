import type { ApiKeyScope, UserRole } from '../generated/prisma/enums.js';
import type { ActorRef, SystemRef } from '../lib/actor-ref.js';
import { type CallerKind, callers, isAbove, type Permission, permissionsOf, scopesOf } from './permissions.js';

/** The authenticated caller. An API key acts as itself or as its bot, a token as its user or contact. */
export type Viewer = {
  workspaceId: string;
  actor: ActorRef;
  kind: CallerKind;
  /** Whether other contacts were merged into the one that calls: what was read of the log before may name these. */
  hasMerged: boolean;
  permissions: ReadonlySet<Permission>;
  /** The scopes of an API key with the same permissions. */
  scopes: ReadonlySet<ApiKeyScope>;
  credential: Credential;
};

/** Whoever calls an operation. */
export type Caller = {
  viewer: Viewer;
  /** The public ids of those in whose name the viewer acts in this operation: collected for its line in the log. */
  actsFor: Set<string>;
};

type Credential = KeyCredential | ({ type: 'TOKEN' } & TokenClaims);

type KeyCredential = {
  type: 'KEY';
  keyId: string;
  /** The lowest role of the users that the key goes back to; null if it goes back to none. */
  makerRole: UserRole | null;
};

/** What a token claims besides its subject. */
export type TokenClaims = {
  /** By which a token of our own can be revoked; null in those of an identity provider. */
  tokenId: string | null;
  /** Whether its bearer may issue another token for themselves. */
  renewable: boolean;
  expiresAt: Date;
  /** To the millisecond in tokens of our own, to the second in those of an identity provider. */
  issuedAt: Date;
  /** When an API key, an administrator or the identity provider last vouched for the subject. */
  authenticatedAt: Date;
  /** The API key that issued the token or the one it was derived from. The token ends with the key. */
  keyId: string | null;
  /** The user who issued the token for somebody else. The token ends if they may no longer issue it. */
  issuerId: string | null;
  /** Whether the bearer may send only trusted documents. */
  trustedDocumentsOnly: boolean;
};

/** Adds the permissions to a viewer. `keyScopes` are the scopes of its API key, or null if it authenticates by a token. */
export function viewerOf(
  identity: Pick<Viewer, 'workspaceId' | 'actor' | 'kind' | 'hasMerged' | 'credential'>,
  keyScopes: readonly ApiKeyScope[] | null,
): Viewer {
  const permissions = permissionsOf(identity.kind, keyScopes);
  return { ...identity, permissions, scopes: scopesOf(identity.kind, permissions) };
}

/** The id that idempotency keys and uploads belong to: the API key, or the user or contact of a token. */
export function callerId({ actor, credential }: Viewer): string {
  return credential.type === 'KEY' ? credential.keyId : actor.id;
}

/**
 * What the limits of a caller are kept under. Callers of different workspaces can have the same id, because imports keep
 * ids.
 */
export function callerKey(viewer: Viewer): string {
  return `${viewer.workspaceId}:${callerId(viewer)}`;
}

/** Whether the viewer may send only trusted documents, even to a server that takes others. */
export function isBoundToTrustedDocuments({ credential }: Viewer): boolean {
  return credential.type === 'TOKEN' && credential.trustedDocumentsOnly;
}

/** Whether the viewer sees every conversation of the workspace. */
export function seesAll({ kind }: Viewer): boolean {
  return callers[kind].sees === 'ALL';
}

/** Whether the viewer learns of notes, which are messages among the team. */
export function seesNotes({ kind }: Pick<Viewer, 'kind'>): boolean {
  return kind !== 'CONTACT';
}

/** Whether the viewer may act on behalf of others. All others act as themselves only. */
export function mayActForOthers({ permissions }: Viewer): boolean {
  return permissions.has('actForOthers');
}

/** Whether a role is above those whom the viewer may act for: the role of the user who made its key. */
export function isAboveMaker(role: UserRole, { credential }: Viewer): boolean {
  if (credential.type !== 'KEY' || !credential.makerRole) return false;
  return isAbove(role, { kind: credential.makerRole, scopes: new Set() });
}

/** The API key with which the viewer acts in the name of another actor; null if it acts in its own name, or by a token. */
export function viaKeyId({ actor, credential }: Viewer, named: ActorRef | SystemRef): string | null {
  return credential.type === 'KEY' && named.id !== actor.id ? credential.keyId : null;
}

/** The API key that the viewer shows, or that its token goes back to; null if there is none, or the viewer is that key. */
export function keyBehind({ actor, credential }: Viewer): string | null {
  return credential.keyId === actor.id ? null : credential.keyId;
}

/** The error message for a viewer that lacks a permission. */
export function notAllowed({ kind, credential }: Viewer): string {
  if (credential.type === 'KEY') return 'The scopes of this API key do not allow this.';
  return kind === 'CONTACT' ? 'A contact may not do this.' : `The role ${kind} does not allow this.`;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** A viewer that sees the whole workspace, for reads by the server itself, such as rendering webhooks. */
export function workspaceViewer(workspaceId: string): Viewer {
  const actor = { type: 'API_KEY' as const, id: NOBODY };
  const credential = { type: 'KEY' as const, keyId: NOBODY, makerRole: null };
  return viewerOf({ workspaceId, actor, kind: 'API_KEY', hasMerged: false, credential }, ['READ']);
}
