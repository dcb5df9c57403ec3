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

type ToastsProps = { notice: Notice | null; onDismiss: () => void };

/** What was done last, for some seconds, and what the server refused, until somebody decides about it. */
export function Toasts({ notice, onDismiss }: ToastsProps) {
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
        {notice && <NoticeToast key={notice.id} notice={notice} onDismiss={onDismiss} />}
      </div>
    </section>
  );
}

function NoticeToast({ notice: { text, undo }, onDismiss }: { notice: Notice; onDismiss: () => void }) {
  useEffect(() => {
    const timer = setTimeout(onDismiss, NOTICE_MS);
    return () => clearTimeout(timer);
  }, [onDismiss]);
  return (
    <div className="toast">
      <div className="toast-text">{text}</div>
      {undo && (
        <button
          type="button"
          className="link"
          onClick={() => {
            undo();
            onDismiss();
          }}
        >
          Undo
        </button>
      )}
      <button type="button" className="clear" aria-label="Dismiss" onClick={onDismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}
