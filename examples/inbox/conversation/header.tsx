import type { Conversation } from '@parley/client';
import type { ReactNode } from 'react';
import { useActions } from '../shared/actions.js';
import { Avatar } from '../shared/avatar.js';
import { IconButton } from '../shared/icon-button.js';
import { CheckIcon, DetailsIcon, MineIcon, ReopenIcon, SnoozeIcon, TransferIcon } from '../shared/icons.js';
import { useInbox } from '../shared/inbox-context.js';
import { WORDS } from '../shared/route.js';
import { Time } from '../shared/time.js';

type HeaderProps = {
  conversation: Conversation | null;
  back: ReactNode;
  showsDetails: boolean;
  onToggleDetails: () => void;
};

/** What the conversation is, and what can be done with it. */
export function Header({ conversation, back, showsDetails, onToggleDetails }: HeaderProps) {
  return (
    <header className="conversation-head">
      {back}
      <div className="conversation-name">
        <h2>{conversation?.contact?.name ?? (conversation ? 'No contact' : ' ')}</h2>
        <p className="conversation-subject">
          {conversation && <StatusMark conversation={conversation} />}
          <span>{conversation?.subject ?? (conversation ? 'No subject' : 'Loading…')}</span>
        </p>
      </div>
      {conversation && <Buttons conversation={conversation} />}
      <IconButton label="Details" pressed={showsDetails} onClick={onToggleDetails}>
        <DetailsIcon />
      </IconButton>
    </header>
  );
}

function StatusMark({ conversation: { status, snoozedUntil } }: { conversation: Conversation }) {
  return (
    <span className={`status ${status.toLowerCase()}`}>
      {WORDS[status]}
      {status === 'SNOOZED' && snoozedUntil && (
        <>
          {' until '}
          <Time at={snoozedUntil} />
        </>
      )}
    </span>
  );
}

function Buttons({ conversation }: { conversation: Conversation }) {
  const { openDialog } = useInbox();
  const actions = useActions();
  const { assignee, status } = conversation;
  return (
    <div className="actions" role="toolbar" aria-label="Actions">
      <button
        type="button"
        className="button assignee"
        aria-keyshortcuts="a"
        title="Assign (A)"
        onClick={() => openDialog('assign')}
      >
        {assignee ? <Avatar id={assignee.id} name={assignee.name} size="small" /> : <MineIcon />}
        <span className="button-text">
          {assignee && <span className="hidden">Assignee: </span>}
          {assignee?.name ?? 'Assign'}
        </span>
      </button>
      {assignee && status !== 'CLOSED' && (
        <IconButton label="Transfer" shortcut="t" onClick={() => openDialog('transfer')}>
          <TransferIcon />
        </IconButton>
      )}
      {status !== 'CLOSED' && (
        <IconButton label="Snooze" shortcut="s" onClick={() => openDialog('snooze')}>
          <SnoozeIcon />
        </IconButton>
      )}
      {status === 'OPEN' || status === 'PENDING' ? (
        <button
          type="button"
          className="button primary"
          aria-keyshortcuts="e"
          title="Close (E)"
          onClick={() => actions.close(conversation)}
        >
          <CheckIcon />
          <span className="button-text">Close</span>
        </button>
      ) : (
        <button
          type="button"
          className="button primary"
          aria-keyshortcuts="e"
          title={`${status === 'CLOSED' ? 'Reopen' : 'Wake'} (E)`}
          onClick={() => (status === 'CLOSED' ? actions.reopen(conversation) : actions.wake(conversation))}
        >
          <ReopenIcon />
          <span className="button-text">{status === 'CLOSED' ? 'Reopen' : 'Wake'}</span>
        </button>
      )}
    </div>
  );
}
