import { encodeId } from '../../src/lib/ids.js';
import type { Work } from '../harness/bench.js';
import { type Question, readWork } from './read-work.js';
import { cpuTo } from './targets.js';

const MESSAGE = `id seq direction text status createdAt author { id name }
  attachments { id key contentType sizeBytes filename }`;

const PARLEY = `query Page($id: ID!) {
  conversation(id: $id) { id subject status messages(last: 50) { nodes { ${MESSAGE} } } }
}`;

const MERCURIUS = `query Page($id: ID!) { conversation(id: $id) { id subject status messages(last: 50) { ${MESSAGE} } } }`;

const POSTGRAPHILE = `query Page($workspaceId: UUID!, $id: UUID!) {
  conversation: conversationByWorkspaceIdAndRowId(workspaceId: $workspaceId, rowId: $id) {
    id: rowId subject status
    messages: messagesByWorkspaceIdAndConversationId(orderBy: [SEQ_ASC], last: 50) {
      nodes {
        id: rowId seq direction text status createdAt
        author: actorByWorkspaceIdAndAuthorId {
          self_user: userByWorkspaceIdAndRowId { id: rowId name }
          self_bot: botByWorkspaceIdAndRowId { id: rowId name }
          self_contact: contactByWorkspaceIdAndRowId { id: rowId name }
        }
        attachments: uploadsByWorkspaceIdAndMessageId(orderBy: [POSITION_ASC]) {
          nodes { id: rowId key contentType sizeBytes filename }
        }
      }
    }
  }
}`;

export const pageOf50: Question = {
  name: 'page',
  title: 'Conversation page of 50 messages with authors and attachments',
  documents: { Parley: PARLEY, PostGraphile: POSTGRAPHILE, Mercurius: MERCURIUS, Limit: 'page' },
  variables: ({ longConversations }, kind) =>
    longConversations.map((id) => ({ id: kind === 'Parley' ? encodeId('Conversation', id) : id })),
  contains: '"attachments"',
  targets: (rows) => [cpuTo(rows, 'limit', 3), cpuTo(rows, 'PostGraphile', 0.75)],
};

export const page: Work = readWork(pageOf50);
