import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  CloseConversationDocument,
  type ConversationStatus,
  DeleteMessageDocument,
  ReopenConversationDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { say } from '../../support/conversations.js';
import { useParley, useWorkspace } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeBot, makeContactConversation } from '../../support/make.js';
import { signInAs } from '../../support/token.js';
import { rewrite } from './support/messages.js';
import { note } from './support/notes.js';

const parley = useParley();
const workspace = useWorkspace(parley);

/** Everything that there is of a conversation besides its messages, and its public messages. `erasures` is for webhooks. */
async function stored(conversationId: string) {
  const { prisma } = parley.database;
  const [all] = await prisma.$queryRaw<{ all: object }[]>`
    SELECT jsonb_build_object(
      'conversation', to_jsonb(c) - 'erasures',
      'messages', (SELECT jsonb_agg(m ORDER BY m.seq) FROM "Message" m
        WHERE m."conversationId" = c.id AND m.visibility = 'PUBLIC'),
      'participants', (SELECT jsonb_agg(p ORDER BY p.id) FROM "Participant" p WHERE p."conversationId" = c.id),
      'positions', (SELECT jsonb_agg(r ORDER BY r."actorId") FROM "ReadPosition" r WHERE r."conversationId" = c.id),
      'counts', (SELECT jsonb_agg(s) FROM (SELECT n.status, sum(n.change) FROM "ConversationCount" n
        WHERE n."workspaceId" = c."workspaceId" GROUP BY 1 ORDER BY 1) s),
      'timers', (SELECT jsonb_agg(j.key ORDER BY j.key) FROM graphile_worker.jobs j
        WHERE j.key LIKE '%' || c.id || '%')) AS "all"
    FROM "Conversation" c WHERE c.id = ${uuidOf(conversationId)}::uuid`;
  return all?.all;
}

const moves: Record<ConversationStatus, (conversationId: string) => Promise<unknown>> = {
  OPEN: (conversationId) => succeed(workspace, ReopenConversationDocument, { conversationId }).catch(() => undefined),
  PENDING: (conversationId) => succeed(workspace, UpdateConversationDocument, { conversationId, status: 'PENDING' }),
  SNOOZED: (conversationId) =>
    succeed(workspace, SnoozeConversationDocument, { conversationId, until: '2999-01-01T00:00:00Z' }),
  CLOSED: (conversationId) => succeed(workspace, CloseConversationDocument, { conversationId }),
};

describe.each(['OPEN', 'PENDING', 'SNOOZED', 'CLOSED'] as const)('in a conversation that is %s', (status) => {
  it('adding, editing and deleting notes changes nothing but the notes', async () => {
    const [agent, bot] = [await signInAs(parley, workspace, 'AGENT'), await makeBot(workspace)];
    const { id } = await makeContactConversation(workspace, {
      message: { text: 'Hello', direction: 'INBOUND' },
      expiresAt: '2998-01-01T00:00:00Z',
    });
    // The bot answers, until a user does.
    await succeed(workspace, AssignConversationDocument, { conversationId: id, assigneeId: bot.id });
    await moves[status](id);
    const before = await stored(id);
    expect(before).toMatchObject({ conversation: { status, botActive: true } });
    for (const client of [agent, workspace, parley.connect({ id: workspace.id, apiKey: bot.apiKey })]) {
      const { id: messageId } = await note(client, id, { text: 'Note', mentionedUserIds: [agent.actorId] });
      expect(await stored(id)).toEqual(before);
      await rewrite(client === agent ? agent : workspace, messageId, { text: 'Edited', mentionedUserIds: [] });
      expect(await stored(id)).toEqual(before);
      await succeed(workspace, DeleteMessageDocument, { messageId });
      expect(await stored(id)).toEqual(before);
    }
  });
});

it('the next public message has the next number, and the conversation its counts, as if there were no notes', async () => {
  const { id } = await makeContactConversation(workspace, { message: { text: 'Hello', direction: 'INBOUND' } });
  await note(workspace, id, { text: 'One' });
  await note(workspace, id, { text: 'Two' });
  const message = await say(workspace, id, { text: 'Public', direction: 'INBOUND' });
  expect(message).toMatchObject({ seq: 2, conversation: { messageCount: 2 } });
  expect(await stored(id)).toMatchObject({ conversation: { inboundCount: 2, deletedOutbound: 0 } });
});
