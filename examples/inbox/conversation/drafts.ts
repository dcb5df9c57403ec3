const KEY = 'parley.inbox.draft:';

/** What was begun to be written, over a reload of the tab. */
export const drafts = {
  get: (conversationId: string): string => sessionStorage.getItem(KEY + conversationId) ?? '',
  set: (conversationId: string, text: string): void => {
    if (text === '') sessionStorage.removeItem(KEY + conversationId);
    else sessionStorage.setItem(KEY + conversationId, text);
  },
};
