/** What the tab remembers over a reload: what was shown to sign in, and as whom. Other tabs do not see it. */
export type Kept = { credential: string; personId: string | null };

const KEY = 'parley.inbox';

export function readKept(): Kept | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof value !== 'object' || value === null || !('credential' in value)) return null;
    const personId = 'personId' in value && typeof value.personId === 'string' ? value.personId : null;
    return typeof value.credential === 'string' ? { credential: value.credential, personId } : null;
  } catch {
    return null;
  }
}

export function keep(kept: Kept | null): void {
  if (kept) sessionStorage.setItem(KEY, JSON.stringify(kept));
  else sessionStorage.removeItem(KEY);
}

/** A token in the address, as in /inbox#token=…; taken out of it at once, so that it is in no history. */
export function takeTokenFromAddress(): string | null {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const token = parameters.get('token');
  if (token === null) return null;
  parameters.delete('token');
  history.replaceState(null, '', `${location.pathname}${parameters.size > 0 ? `#${parameters}` : ''}`);
  return token;
}

/** The key of the demo workspace, which the server writes into the page for a person who tries it out. */
export function demoKey(): string | null {
  return document.querySelector<HTMLMetaElement>('meta[name="parley-demo-key"]')?.content || null;
}
