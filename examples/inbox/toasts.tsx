import type { PendingWrite } from '@parley/client';
import { useClient, useRefusals } from '@parley/client/react';
import { useEffect } from 'react';
import { CloseIcon } from './shared/icons.js';
import type { Notice } from './shared/inbox-context.js';

const NOTICE_MS = 6_000;

const WRITES: Record<PendingWrite['kind'], string> = {
  createConversation: 'The conversation was not created',
  sendMessage: 'The message was not sent',
  assignConversation: 'The assignee was not changed',
  transferConversation: 'It was not transferred',
  closeConversation: 'It was not closed',
  reopenConversation: 'It was not reopened',
  snoozeConversation: 'It was not snoozed',
  updateConversation: 'It was not changed',
  markConversationRead: 'It was not marked as read',
};

type ToastsProps = { notices: readonly Notice[]; onDismiss: (id: number) => void };

/** What was done, for some seconds, and what the server refused, until somebody decides about it. */
export function Toasts({ notices, onDismiss }: ToastsProps) {
  const client = useClient();
  const { refused, retry, dismiss } = useRefusals();
  return (
    <section className="toasts" aria-label="Notices">
      <div role="alert" className="toast-group">
        {refused.map(({ id, kind, conversationId, refusal }) => (
          <div key={id} className="toast failure">
            <div className="toast-text">
              <strong>{WRITES[kind]}</strong>
              <span>
                {client.conversation(conversationId)?.contact?.name}: {refusal?.message}
              </span>
            </div>
            <button type="button" className="link" onClick={() => retry(id)}>
              Try again
            </button>
            <button type="button" className="clear" aria-label="Dismiss" onClick={() => dismiss(id)}>
              <CloseIcon />
            </button>
          </div>
        ))}
      </div>
      <div role="status" className="toast-group">
        {notices.map((notice) => (
          <NoticeToast key={notice.id} notice={notice} onDismiss={onDismiss} />
        ))}
      </div>
    </section>
  );
}

function NoticeToast({ notice: { id, text, undo }, onDismiss }: { notice: Notice; onDismiss: (id: number) => void }) {
  useEffect(() => {
    const timer = setTimeout(() => onDismiss(id), NOTICE_MS);
    return () => clearTimeout(timer);
  }, [id, onDismiss]);
  return (
    <div className="toast">
      <div className="toast-text">{text}</div>
      {undo && (
        <button
          type="button"
          className="link"
          onClick={() => {
            undo();
            onDismiss(id);
          }}
        >
          Undo
        </button>
      )}
      <button type="button" className="clear" aria-label="Dismiss" onClick={() => onDismiss(id)}>
        <CloseIcon />
      </button>
    </div>
  );
}
