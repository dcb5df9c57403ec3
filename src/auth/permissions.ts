import { type ApiKeyScope, ApiKeyScope as ApiKeyScopes, type UserRole } from '../generated/prisma/enums.js';

/** What callers may do. docs/permissions.md lists the fields that require each permission. */
export const permissions = {
  read: 'Read the conversations that the caller can see, with their messages, participants and events.',
  markRead: "Advance the caller's own read position.",
  converse: "Start conversations, send messages and files, edit and delete one's own messages, signal typing.",
  write: 'Change conversations in every other way, and write contacts and prospects.',
  moderate: 'Edit and delete messages of others.',
  actForOthers: 'Send, join, leave and type on behalf of others.',
  issueTokens: 'Issue session tokens.',
  administer:
    'Manage users, bots, channels, API keys, webhooks and the workspace; read the audit log; export and erase contacts.',
} as const;

export type Permission = keyof typeof permissions;

export function isPermission(name: string): name is Permission {
  return Object.hasOwn(permissions, name);
}

/** Which conversations callers see. All others are indistinguishable from conversations that do not exist. */
export const visibility = {
  ALL: 'all in the workspace',
  SHARED: 'those without an owner, and those the caller owns, currently takes part in, or is the bot of',
  OWN: 'those of the contact',
} as const;

export type Visibility = keyof typeof visibility;

/** The kinds of callers: API keys of the workspace, API keys of bots, users by role, contacts. */
export type CallerKind = 'API_KEY' | 'BOT' | UserRole | 'CONTACT';

/**
 * Who may do what: the only such table. An API key is further limited by its scopes. Which fields contacts see of the
 * rows that they may read is defined in src/graphql/contact-fields.ts.
 */
export const callers: Record<CallerKind, { who: string; sees: Visibility; may: readonly Permission[] }> = {
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

/** The permissions that each scope of an API key includes. */
export const scopes: Record<ApiKeyScope, readonly Permission[]> = {
  READ: ['read'],
  WRITE: ['read', 'markRead', 'converse', 'write', 'moderate', 'actForOthers', 'issueTokens'],
  ADMIN: ['read', 'markRead', 'converse', 'write', 'moderate', 'actForOthers', 'issueTokens', 'administer'],
};

/** The permissions of a caller. `keyScopes` are the scopes of its API key, or null if it authenticates by a token. */
export function permissionsOf(kind: CallerKind, keyScopes: readonly ApiKeyScope[] | null): Set<Permission> {
  const { may } = callers[kind];
  if (!keyScopes) return new Set(may);
  return new Set(may.filter((permission) => keyScopes.some((scope) => scopes[scope].includes(permission))));
}

/**
 * The scopes of an API key with the same permissions as a caller. A contact has none, because every scope covers the whole
 * workspace.
 */
export function scopesOf(kind: CallerKind, allowed: ReadonlySet<Permission>): Set<ApiKeyScope> {
  const decisive = { READ: 'read', WRITE: 'write', ADMIN: 'administer' } as const;
  const included = Object.values(ApiKeyScopes).filter((scope) => allowed.has(decisive[scope]));
  return new Set(kind === 'CONTACT' ? [] : included);
}

type Caller = { kind: CallerKind; scopes: ReadonlySet<ApiKeyScope> };

const ranks: Record<UserRole, number> = { OWNER: 4, ADMIN: 3, AGENT: 2, READ_ONLY: 1 };

/**
 * Whether a role ranks above a caller, who then may not create a token or a user with this role, nor change such a user.
 * An API key ranks as an OWNER with the scope ADMIN, as an AGENT with WRITE, and below every role with READ.
 */
export function isAbove(role: UserRole, { kind, scopes: held }: Caller): boolean {
  if (kind === 'BOT' || kind === 'CONTACT') return true;
  const ofKey = held.has('ADMIN') ? ranks.OWNER : held.has('WRITE') ? ranks.AGENT : 0;
  return ranks[role] > (kind === 'API_KEY' ? ofKey : ranks[kind]);
}

/** Whether an API key with these scopes ranks above a caller, who then may neither create nor revoke it. */
export function isKeyAbove(keyScopes: readonly ApiKeyScope[], caller: Caller): boolean {
  return keyScopes.includes('ADMIN') && isAbove('OWNER', caller);
}
