import type { ApiKeyScope, UserRole } from '../generated/prisma/enums.js';
import { isAbove } from './permissions.js';

/** What the bearer of a token is now. */
export type Standing = { actor: { type: 'USER' | 'CONTACT'; id: string }; kind: UserRole | 'CONTACT' };

/** Who made a token, as they are now; null for each that there is none of. */
type Makers = { keyScopes: readonly ApiKeyScope[] | null; makerRole: UserRole | null };

/** With a token that is good for the role that its bearer rose to, whoever made it could do more than they may. */
export function isAboveItsMakers(role: UserRole, { keyScopes, makerRole }: Makers): boolean {
  const byKey = keyScopes !== null && isAbove(role, { kind: 'API_KEY', scopes: new Set(keyScopes) });
  return byKey || (makerRole !== null && isAbove(role, { kind: makerRole, scopes: new Set() }));
}
