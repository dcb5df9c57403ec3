import { encodeId } from '../../src/lib/ids.js';
import type { Work } from '../harness/bench.js';
import { type Question, readWork } from './read-work.js';
import { cpuTo } from './targets.js';

const ROW = 'id subject status priority updatedAt';

export const row: Question = {
  name: 'row',
  title: 'An authenticated query that asks for one row',
  documents: {
    Parley: `query Row($id: ID!) { conversation(id: $id) { ${ROW} } }`,
    Mercurius: `query Row($id: ID!) { conversation(id: $id) { ${ROW} } }`,
    PostGraphile: `query Row($workspaceId: UUID!, $id: UUID!) {
      conversation: conversationByWorkspaceIdAndRowId(workspaceId: $workspaceId, rowId: $id) {
        id: rowId subject status priority updatedAt
      }
    }`,
    Limit: 'row',
  },
  variables: ({ openConversations }, kind) =>
    openConversations.map((id) => ({ id: kind === 'Parley' ? encodeId('Conversation', id) : id })),
  contains: '"priority"',
  targets: (rows) => [cpuTo(rows, 'limit', 3)],
};

export const oneRow: Work = readWork(row);
