import type { ConversationFilter } from '@parley/client';
import { useSyncExternalStore } from 'react';

export const STATUSES = ['OPEN', 'PENDING', 'SNOOZED', 'CLOSED'] as const;
export const SCOPES = ['mine', 'mentions', 'unassigned', 'all'] as const;
export type Status = (typeof STATUSES)[number];
export type Scope = (typeof SCOPES)[number];

/** What the page shows. It is in the address, so that it can be gone back from, reloaded and bookmarked. */
export type Route = { status: Status; scope: Scope; unread: boolean; conversationId: string | null };

const isOf = <Value extends string>(values: readonly Value[], value: string | null): value is Value =>
  values.some((each) => each === value);

function parse(hash: string): Route {
  const parameters = new URLSearchParams(hash.slice(1));
  const [status, scope] = [parameters.get('status'), parameters.get('scope')];
  return {
    status: isOf(STATUSES, status) ? status : 'OPEN',
    scope: isOf(SCOPES, scope) ? scope : 'all',
    unread: parameters.has('unread'),
    conversationId: parameters.get('conversation'),
  };
}

function hrefOf({ status, scope, unread, conversationId }: Route): string {
  const parameters = new URLSearchParams({ status, scope });
  if (unread) parameters.set('unread', '1');
  if (conversationId) parameters.set('conversation', conversationId);
  return `#${parameters}`;
}

const listeners = new Set<() => void>();
let current = parse(location.hash);

function look(): void {
  const next = parse(location.hash);
  if (hrefOf(next) === hrefOf(current)) return;
  current = next;
  for (const listener of [...listeners]) listener();
}

addEventListener('hashchange', look);
addEventListener('popstate', look);

/** Shows something else; with `replace`, what was shown before is not gone back to. */
export function go(change: Partial<Route>, { replace = false } = {}): void {
  const href = hrefOf({ ...current, ...change });
  if (replace) history.replaceState(null, '', href);
  else if (href !== location.hash) history.pushState(null, '', href);
  look();
}

export function useRoute(): Route {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => current,
  );
}

export function filterOfScope(scope: Scope, personId: string): ConversationFilter {
  if (scope === 'mine') return { assigneeId: personId };
  if (scope === 'mentions') return { mentionedUserId: personId };
  return scope === 'unassigned' ? { unassigned: true } : {};
}

/** How far back closed conversations are followed: a list loads all of its rows. */
const CLOSED_DAYS = 14;
const closedFrom = new Date(new Date().setHours(0, 0, 0, 0) - CLOSED_DAYS * 24 * 60 * 60_000).toISOString();

export function filterOf({ status, scope, unread }: Route, personId: string): ConversationFilter {
  return {
    ...filterOfScope(scope, personId),
    status: [status],
    ...(unread && { unread: true }),
    ...(status === 'CLOSED' && { updatedAt: { gte: closedFrom } }),
  };
}

export const WORDS: Record<Status | Scope, string> = {
  OPEN: 'Open',
  PENDING: 'Pending',
  SNOOZED: 'Snoozed',
  CLOSED: 'Closed',
  mine: 'Mine',
  mentions: 'Mentions',
  unassigned: 'Unassigned',
  all: 'All',
};
