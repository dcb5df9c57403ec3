import { useClient } from '@parley/client/react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { Banner } from './banner.js';
import { Conversation, NoConversation } from './conversation/conversation.js';
import { Details } from './details/details.js';
import { AssignDialog, TransferDialog } from './dialogs/assign-dialogs.js';
import { HelpDialog } from './dialogs/help-dialog.js';
import { SnoozeDialog } from './dialogs/snooze-dialog.js';
import { ColleaguesDocument } from './generated/operations.js';
import { Keys } from './keys.js';
import { ConversationList } from './list/conversation-list.js';
import { Navigation } from './navigation.js';
import type { Session } from './session/session.js';
import { type Assignable, type DialogName, type Inbox, InboxContext, type Notice } from './shared/inbox-context.js';
import { useRoute } from './shared/route.js';
import { useQuery } from './shared/use-query.js';
import { Toasts } from './toasts.js';

type AppProps = { session: Session; onSwitch: (id: string) => void; onSignOut: () => void };

const WIDE = '(min-width: 1200px)';

/** The inbox of a person. */
export function App({ session, onSwitch, onSignOut }: AppProps) {
  const route = useRoute();
  const { conversationId } = route;
  const [dialog, setDialog] = useState<DialogName | null>(null);
  const [notice, setNotice] = useState<Notice | null>(null);
  const [showsDetails, setShowsDetails] = useState(() => matchMedia(WIDE).matches);
  const search = useRef<HTMLInputElement>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const lastNotice = useRef(0);
  const assignable = useAssignable(session);

  const notify = useCallback((text: string, undo?: () => void) => {
    lastNotice.current += 1;
    const next = { id: lastNotice.current, text, undo: undo ?? null };
    setNotice(next);
  }, []);
  const dismiss = useCallback(() => setNotice(null), []);
  const inbox = useMemo<Inbox>(
    () => ({ session, assignable, openDialog: setDialog, notify }),
    [session, assignable, notify],
  );
  const toggleDetails = () => setShowsDetails((shows) => !shows);

  return (
    <InboxContext.Provider value={inbox}>
      <div className="page" data-conversation={conversationId !== null} data-details={showsDetails}>
        <Banner onSignIn={onSignOut} />
        <Navigation onSwitch={onSwitch} onSignOut={onSignOut} />
        <ConversationList route={route} searchRef={search} />
        {conversationId === null ? (
          <NoConversation />
        ) : (
          <Conversation
            id={conversationId}
            composerRef={composer}
            showsDetails={showsDetails}
            onToggleDetails={toggleDetails}
          />
        )}
        {conversationId !== null && showsDetails && <Details conversationId={conversationId} onClose={toggleDetails} />}
        <Toasts notice={notice} onDismiss={dismiss} />
      </div>
      <Keys
        conversationId={conversationId}
        onSearch={() => search.current?.focus()}
        onReply={() => composer.current?.focus()}
        onDetails={toggleDetails}
      />
      {dialog && <OpenDialog name={dialog} conversationId={conversationId} onClose={() => setDialog(null)} />}
    </InboxContext.Provider>
  );
}

type OpenDialogProps = { name: DialogName; conversationId: string | null; onClose: () => void };

function OpenDialog({ name, conversationId, onClose }: OpenDialogProps) {
  const client = useClient();
  if (name === 'help') return <HelpDialog onClose={onClose} />;
  const conversation = conversationId === null ? null : client.conversation(conversationId);
  if (!conversation) return null;
  switch (name) {
    case 'assign':
      return <AssignDialog conversation={conversation} onClose={onClose} />;
    case 'transfer':
      return <TransferDialog conversation={conversation} onClose={onClose} />;
    case 'snooze':
      return <SnoozeDialog conversation={conversation} onClose={onClose} />;
  }
}

/** Whom conversations can be assigned to, the person first. */
function useAssignable({ person }: Session): readonly Assignable[] {
  const { data } = useQuery(ColleaguesDocument, {});
  return useMemo(() => {
    const users = data?.users.edges.map(({ node }) => ({ ...node, kind: 'USER' as const })) ?? [];
    const bots = data?.bots.edges.map(({ node }) => ({ ...node, kind: 'BOT' as const })) ?? [];
    const others = [...users, ...bots].filter(({ id, active }) => active && id !== person.id);
    return [{ ...person, kind: 'USER' }, ...others];
  }, [data, person]);
}
