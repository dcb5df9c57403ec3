import type { Work } from '../harness/bench.js';
import { type Question, readWork } from './read-work.js';
import { cpuOnOlder, cpuTo } from './targets.js';

const PARLEY = `query Inbox($first: Int!) {
  conversations(filter: { status: [OPEN] }, first: $first) {
    nodes {
      id subject status priority unreadCount updatedAt
      contact { id name avatarUrl }
      channel { id name type }
      assignee { ... on User { id name } ... on Bot { id name } }
      lastMessage { id text direction createdAt }
      participants { id role actor { id name } }
    }
  }
}`;

const MERCURIUS = `query Inbox($first: Int!) {
  conversations(status: "OPEN", first: $first) {
    id subject status priority unreadCount updatedAt
    contact { id name avatarUrl }
    channel { id name type }
    assignee { id name }
    lastMessage { id text direction createdAt }
    participants { id role actor { id name } }
  }
}`;

const POSTGRAPHILE = `query Inbox($workspaceId: UUID!, $first: Int!) {
  conversations: allConversations(
    condition: { workspaceId: $workspaceId, status: OPEN }, orderBy: [UPDATED_AT_DESC, ROW_ID_DESC], first: $first
  ) {
    nodes {
      id: rowId subject status priority updatedAt
      unreadCount_plus1: inboundCount unreadCount_minus1: deletedInbound
      unreadCount_minus2: teamReadInbound unreadCount_plus2: teamReadDeleted
      contact: contactByWorkspaceIdAndContactId { id: rowId name avatarUrl }
      channel: channelByWorkspaceIdAndChannelId { id: rowId name type }
      assignee_user: userByWorkspaceIdAndAssigneeUserId { id: rowId name }
      assignee_bot: botByWorkspaceIdAndAssigneeBotId { id: rowId name }
      lastMessage_first: messagesByWorkspaceIdAndConversationId(
        condition: { deletedAt: null }, orderBy: [SEQ_DESC], first: 1
      ) { nodes { id: rowId text direction createdAt } }
      participants: participantsByWorkspaceIdAndConversationId(
        condition: { leftAt: null }, orderBy: [JOINED_AT_ASC, ROW_ID_ASC]
      ) {
        nodes {
          id: rowId role
          actor: actorByWorkspaceIdAndActorId {
            self_user: userByWorkspaceIdAndRowId { id: rowId name }
            self_bot: botByWorkspaceIdAndRowId { id: rowId name }
            self_contact: contactByWorkspaceIdAndRowId { id: rowId name }
          }
        }
      }
    }
  }
}`;

const inbox = (first: number): Question => ({
  name: `inbox${first}`,
  title: `Inbox of ${first} with contact, channel, assignee, last message, participants and their actors`,
  documents: { Parley: PARLEY, PostGraphile: POSTGRAPHILE, Mercurius: MERCURIUS, Limit: 'inbox' },
  variables: () => [{ first }],
  contains: '"participants"',
  targets: (rows) => [cpuTo(rows, 'limit', 3), cpuTo(rows, 'PostGraphile', 0.5), ...cpuOnOlder(rows, 1.5)],
});

export const inboxOf50: Question = inbox(50);
export const inboxes: Work[] = [readWork(inbox(25)), readWork(inboxOf50)];
