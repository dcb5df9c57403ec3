import { useClient } from '@parley/client/react';
import { useActions } from './shared/actions.js';
import { useInbox } from './shared/inbox-context.js';
import { go } from './shared/route.js';
import { useShortcuts } from './shared/use-shortcuts.js';

type KeysProps = {
  conversationId: string | null;
  onSearch: () => void;
  onReply: () => void;
  onDetails: () => void;
};

/** The rows as they are shown, whatever list they are of. */
const rows = () => [...document.querySelectorAll<HTMLElement>('.row[data-id]')];

/** The row that has the focus. */
function focusedRow(): string | null {
  const row = document.activeElement?.closest<HTMLElement>('.row');
  return row?.dataset.id ?? null;
}

/** What single keys do, as the dialog of shortcuts says. */
export function Keys({ conversationId, onSearch, onReply, onDetails }: KeysProps) {
  const client = useClient();
  const actions = useActions();
  const { openDialog, session } = useInbox();

  const move = (step: number) => {
    const all = rows();
    const id = focusedRow() ?? conversationId;
    const from = all.findIndex(({ dataset }) => dataset.id === id);
    all[from < 0 ? 0 : Math.max(0, Math.min(all.length - 1, from + step))]?.focus();
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
      rows()
        .find(({ dataset }) => dataset.id === conversationId)
        ?.focus();
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
