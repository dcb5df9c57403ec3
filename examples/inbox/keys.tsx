import { useClient } from '@parley/client/react';
import { useActions } from './shared/actions.js';
import { useInbox } from './shared/inbox-context.js';
import { go } from './shared/route.js';
import { useShortcuts } from './shared/use-shortcuts.js';

type KeysProps = {
  rowIds: readonly string[];
  conversationId: string | null;
  onSearch: () => void;
  onReply: () => void;
  onDetails: () => void;
};

function focusRow(id: string | undefined): void {
  if (id !== undefined) document.querySelector<HTMLElement>(`.row[data-id="${CSS.escape(id)}"]`)?.focus();
}

/** The row that has the focus. */
function focusedRow(): string | null {
  const row = document.activeElement?.closest<HTMLElement>('.row');
  return row?.dataset.id ?? null;
}

/** What single keys do, as the dialog of shortcuts says. */
export function Keys({ rowIds, conversationId, onSearch, onReply, onDetails }: KeysProps) {
  const client = useClient();
  const actions = useActions();
  const { openDialog, session } = useInbox();

  const move = (step: number) => {
    const from = rowIds.indexOf(focusedRow() ?? conversationId ?? '');
    focusRow(rowIds[from < 0 ? 0 : Math.max(0, Math.min(rowIds.length - 1, from + step))]);
  };
  /** Of the open conversation, or the row that has the focus. */
  const act = (run: (conversation: NonNullable<ReturnType<typeof client.conversation>>) => void) => () => {
    const id = conversationId ?? focusedRow();
    const conversation = id === null ? null : client.conversation(id);
    if (conversation) run(conversation);
  };
  const inOpen = (run: () => void) => () => {
    if (conversationId !== null) run();
  };

  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    u: () => {
      go({ conversationId: null });
      focusRow(conversationId ?? undefined);
    },
    r: inOpen(onReply),
    d: inOpen(onDetails),
    a: inOpen(() => openDialog('assign')),
    t: inOpen(() => openDialog('transfer')),
    s: inOpen(() => openDialog('snooze')),
    m: act((conversation) => actions.assign(conversation, { ...session.person, kind: 'USER' })),
    e: act((conversation) => {
      if (conversation.status === 'CLOSED') actions.reopen(conversation);
      else if (conversation.status === 'SNOOZED') actions.wake(conversation);
      else actions.close(conversation);
    }),
    '/': onSearch,
    '?': () => openDialog('help'),
  });
  return null;
}
