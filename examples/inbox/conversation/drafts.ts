const PREFIX = 'parley.inbox.draft:';

/** What was begun to be written, and whether it is for the team only. */
export type Draft = { text: string; isNote: boolean };

const EMPTY: Draft = { text: '', isNote: false };

const keyOf = (personId: string, conversationId: string) => `${PREFIX}${personId}:${conversationId}`;

/** Drafts last over a reload of the tab, until somebody signs out. */
export const drafts = {
  get: (personId: string, conversationId: string): Draft => {
    const stored = sessionStorage.getItem(keyOf(personId, conversationId));
    return (stored !== null && parse(stored)) || EMPTY;
  },
  set: (personId: string, conversationId: string, draft: Draft): void => {
    const key = keyOf(personId, conversationId);
    if (draft.text === '' && !draft.isNote) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(draft));
  },
  /** Removes everybody's. */
  clear: (): void => {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
  },
};

function parse(stored: string): Draft | null {
  try {
    const value: unknown = JSON.parse(stored);
    if (typeof value !== 'object' || value === null || !('text' in value) || !('isNote' in value)) return null;
    const { text, isNote } = value;
    return typeof text === 'string' && typeof isNote === 'boolean' ? { text, isNote } : null;
  } catch {
    return null;
  }
}
