import { type ApiKeyScope, ApiKeyScope as ApiKeyScopes, type UserRole } from '../generated/prisma/enums.js';

/** What somebody may do; which fields ask for it is printed into docs/permissions.md. */
export const permissions = {
  read: 'Read the conversations that the caller can see, with their messages, participants and events.',
  markRead: "Advance the caller's own read position.",
  converse: "Start conversations, send messages and files, edit and delete one's own messages, signal typing.",
  write: 'Change conversations in every other way, and write contacts and prospects.',
  moderate: 'Edit and delete messages of others.',
  actForOthers: 'Send, join, leave and type on behalf of others.',
  issueTokens: 'Issue session tokens.',
  administer: 'Manage users, bots, channels, API keys, webhooks and the workspace.',
} as const;

export type Permission = keyof typeof permissions;

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name);
}

/** Which conversations somebody sees. What may not be seen answers exactly as what does not exist. */
export const sights = {
  ALL: 'all in the workspace',
  SHARED: 'those without an owner, and those the caller owns, currently takes part in, or is the bot of',
  OWN: 'those of the contact',
} as const;

export type Sight = keyof typeof sights;

/** The kinds of callers: keys of the workspace, keys of bots, users by role, contacts. */
export type CallerKind = 'API_KEY' | 'BOT' | UserRole | 'CONTACT';

/**
 * Who may do what: the one table that all else asks. A key may do of it what its scopes include. What contacts see of
 * the rows that they may read is in contact-view.ts.
 */
export const callers: Record<CallerKind, { who: string; sees: Sight; may: readonly Permission[] }> = {
  API_KEY: {
    who: 'an API key of the workspace',
    sees: 'ALL',
    may: ['read', 'markRead', 'converse', 'write', 'moderate', 'actForOthers', 'issueTokens', 'administer'],
  },
  BOT: { who: "a bot's API key", sees: 'SHARED', may: ['read', 'markRead', 'converse', 'write'] },
  OWNER: {
    who: 'a user with the role OWNER',
    sees: 'ALL',
    may: ['read', 'markRead', 'converse', 'write', 'moderate', 'issueTokens', 'administer'],
  },
  ADMIN: {
    who: 'a user with the role ADMIN',
    sees: 'ALL',
    may: ['read', 'markRead', 'converse', 'write', 'moderate', 'issueTokens', 'administer'],
  },
  AGENT: {
    who: 'a user with the role AGENT',
    sees: 'SHARED',
    may: ['read', 'markRead', 'converse', 'write', 'issueTokens'],
  },
  READ_ONLY: { who: 'a user with the role READ_ONLY', sees: 'SHARED', may: ['read', 'markRead', 'issueTokens'] },
  CONTACT: { who: 'a contact', sees: 'OWN', may: ['read', 'markRead', 'converse', 'issueTokens'] },
};

/** What each scope of a key includes. */
export const scopes: Record<ApiKeyScope, readonly Permission[]> = {
  READ: ['read'],
  WRITE: ['read', 'markRead', 'converse', 'write', 'moderate', 'actForOthers', 'issueTokens'],
  ADMIN: ['read', 'markRead', 'converse', 'write', 'moderate', 'actForOthers', 'issueTokens', 'administer'],
};

/** All that a caller may do; `keyScopes` are those of its key, null where it shows a token. */
export function permissionsOf(kind: CallerKind, keyScopes: readonly ApiKeyScope[] | null): Set<Permission> {
  const { may } = callers[kind];
  if (!keyScopes) return new Set(may);
  return new Set(may.filter((permission) => keyScopes.some((scope) => scopes[scope].includes(permission))));
}

/** The scopes whose range a caller has. A contact has none: each of them means the whole workspace. */
export function scopesOf(kind: CallerKind, allowed: ReadonlySet<Permission>): Set<ApiKeyScope> {
  const scopesByMark = { READ: 'read', WRITE: 'write', ADMIN: 'administer' } as const;
  const within = Object.values(ApiKeyScopes).filter((scope) => allowed.has(scopesByMark[scope]));
  return new Set(kind === 'CONTACT' ? [] : within);
}

type Asking = { kind: CallerKind; scopes: ReadonlySet<ApiKeyScope> };

const ranks: Record<UserRole, number> = { OWNER: 4, ADMIN: 3, AGENT: 2, READ_ONLY: 1 };

/**
 * Whether a role is above that of a caller. Nobody makes a token, a key or a user that could do more than they can, or
 * changes a user above them. A key counts as an OWNER with the scope ADMIN, as an AGENT with WRITE.
 */
export function isAbove(role: UserRole, { kind, scopes: held }: Asking): boolean {
  if (kind === 'BOT' || kind === 'CONTACT') return true;
  const ofKey = held.has('ADMIN') ? ranks.OWNER : held.has('WRITE') ? ranks.AGENT : 0;
  return ranks[role] > (kind === 'API_KEY' ? ofKey : ranks[kind]);
}

/** Whether a key with these scopes counts as a role above that of a caller, who then neither makes nor revokes it. */
export function isKeyAbove(keyScopes: readonly ApiKeyScope[], asking: Asking): boolean {
  return keyScopes.includes('ADMIN') && isAbove('OWNER', asking);
}
