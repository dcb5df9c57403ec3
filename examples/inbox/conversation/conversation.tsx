import { useClient, useThread } from '@parley/client/react';
import { type RefObject, useEffect } from 'react';
import { IconButton } from '../shared/icon-button.js';
import { BackIcon, ChatIcon } from '../shared/icons.js';
import { go } from '../shared/route.js';
import { Composer } from './composer.js';
import { Header } from './header.js';
import { Messages } from './messages.js';
import { Typists } from './typists.js';

type ConversationProps = {
  id: string;
  composerRef: RefObject<HTMLTextAreaElement | null>;
  showsDetails: boolean;
  onToggleDetails: () => void;
};

/** A conversation, and where to answer. */
export function Conversation({ id, composerRef, showsDetails, onToggleDetails }: ConversationProps) {
  const { conversation, messages, state, failure, hasOlder, loadOlder } = useThread(id);
  useRead(id, conversation?.unreadCount ?? 0);

  if (failure || (state === 'MISSING' && !conversation)) {
    return (
      <main className="conversation">
        <div className="conversation-head">
          <Back />
        </div>
        <div className="empty" role="status">
          <ChatIcon />
          <p className="empty-title">{failure ? 'This conversation cannot be shown' : 'This conversation is gone'}</p>
          <p>{failure?.message ?? 'It was deleted, or you do not see it any more.'}</p>
        </div>
      </main>
    );
  }
  return (
    <main className="conversation" aria-label={conversation?.subject ?? 'Conversation'}>
      <Header
        conversation={conversation}
        back={<Back />}
        showsDetails={showsDetails}
        onToggleDetails={onToggleDetails}
      />
      <Messages
        key={id}
        conversation={conversation}
        messages={messages}
        isLoading={state === 'LOADING'}
        hasOlder={hasOlder}
        onLoadOlder={loadOlder}
      />
      <Typists conversationId={id} />
      <Composer key={`composer ${id}`} conversationId={id} textRef={composerRef} />
    </main>
  );
}

function Back() {
  return (
    <IconButton label="Back to the list" className="back" onClick={() => go({ conversationId: null })}>
      <BackIcon />
    </IconButton>
  );
}

/** Marks as read what somebody sees: not in a tab that is in the background. */
function useRead(conversationId: string, unreadCount: number): void {
  const client = useClient();
  useEffect(() => {
    if (unreadCount === 0) return;
    const read = () => {
      if (document.visibilityState === 'visible') client.markConversationRead({ conversationId });
    };
    read();
    document.addEventListener('visibilitychange', read);
    return () => document.removeEventListener('visibilitychange', read);
  }, [client, conversationId, unreadCount]);
}

/** What is there when no conversation is open. */
export function NoConversation() {
  return (
    <main className="conversation none" aria-label="Conversation">
      <div className="empty">
        <ChatIcon />
        <p className="empty-title">No conversation selected</p>
        <p>
          <kbd>j</kbd> and <kbd>k</kbd> move through the list, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys.
        </p>
      </div>
    </main>
  );
}
