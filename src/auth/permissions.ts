import type { ApiKeyScope } from '../generated/prisma/enums.js';
import type { Viewer } from './viewer.js';

/** What each scope of an API key allows: writing includes reading, administration includes both. */
const included: Record<ApiKeyScope, readonly ApiKeyScope[]> = {
  READ: ['READ'],
  WRITE: ['READ', 'WRITE'],
  ADMIN: ['READ', 'WRITE', 'ADMIN'],
};

/** All that these scopes allow. */
export function allowedBy(scopes: readonly ApiKeyScope[]): Set<ApiKeyScope> {
  return new Set(scopes.flatMap((scope) => included[scope]));
}

/** A key may act for others in its workspace; a bot's key acts as that bot only. */
export function mayActForOthers(viewer: Viewer): boolean {
  return viewer.actor.type === 'API_KEY';
}
