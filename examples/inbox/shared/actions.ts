import type { Client, Conversation } from '@parley/client';
import { useClient } from '@parley/client/react';
import { useMemo } from 'react';
import { type Assignable, type Inbox, useInbox } from './inbox-context.js';
import { fullTimeOf } from './time.js';

/** What can be done with a conversation: at once here, and on the server as soon as it can be reached. */
export type Actions = {
  close: (conversation: Conversation) => void;
  reopen: (conversation: Conversation) => void;
  /** Ends snoozing. */
  wake: (conversation: Conversation) => void;
  snooze: (conversation: Conversation, until: Date) => void;
  assign: (conversation: Conversation, assignee: Assignable | null) => void;
  transfer: (conversation: Conversation, to: Assignable, reason: string, summary: string) => void;
};

export function useActions(): Actions {
  const client = useClient();
  const { notify } = useInbox();
  return useMemo(() => createActions(client, notify), [client, notify]);
}

function createActions(client: Client, notify: Inbox['notify']): Actions {
  const reopen = ({ id }: Conversation) => void client.reopenConversation({ conversationId: id });
  return {
    reopen: (conversation) => {
      reopen(conversation);
      notify('Reopened');
    },
    wake: ({ id }) => {
      client.updateConversation({ conversationId: id, status: 'OPEN' });
      notify('Open again');
    },
    close: (conversation) => {
      client.closeConversation({ conversationId: conversation.id, resolution: 'RESOLVED' });
      notify('Closed as resolved', () => reopen(conversation));
    },
    snooze: (conversation, until) => {
      client.snoozeConversation({ conversationId: conversation.id, until: until.toISOString() });
      notify(`Snoozed until ${fullTimeOf(until.toISOString())}`, () =>
        client.updateConversation({ conversationId: conversation.id, status: 'OPEN' }),
      );
    },
    assign: ({ id, assigneeId }, assignee) => {
      if ((assignee?.id ?? null) === assigneeId) return;
      client.assignConversation({ conversationId: id, assigneeId: assignee?.id ?? null });
      notify(assignee ? `Assigned to ${assignee.name}` : 'Unassigned', () =>
        client.assignConversation({ conversationId: id, assigneeId }),
      );
    },
    transfer: ({ id }, to, reason, summary) => {
      const given = { ...(reason && { reason }), ...(summary && { summary }) };
      client.transferConversation({ conversationId: id, toAssigneeId: to.id, ...given });
      notify(`Transferred to ${to.name}`);
    },
  };
}
