import { describe, expect, it } from 'vitest';
import {
  AssignConversationDocument,
  LeaveConversationDocument,
  TransferConversationDocument,
} from '../../generated/operations.js';
import { act } from '../../support/act.js';
import { readConversation } from '../../support/conversations.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { eventsOf, makeBot, makeConversation, makeUser } from '../../support/make.js';
import type { TestWorkspace } from '../../support/parley.js';

const parley = useParley();
const secondServer = useParley({});

/** Follows the log: each entry must go on from where the one before it ended. */
async function replay(workspace: TestWorkspace, id: string): Promise<string | null> {
  let assignee: string | null = null;
  for (const event of await eventsOf(workspace, id)) {
    const step =
      event.__typename === 'ConversationAssigned'
        ? event
        : event.__typename === 'ConversationTransferred'
          ? event.transfer
          : null;
    if (!step) continue;
    expect(step.from?.id ?? null).toBe(assignee);
    expect(step.to?.id ?? null).not.toBe(assignee);
    assignee = step.to?.id ?? null;
  }
  return assignee;
}

describe('concurrent assignments and transfers', () => {
  it('log dense positions which, replayed, end at the final assignee', async () => {
    const workspace = await parley.newWorkspace();
    const people = [await makeUser(workspace), await makeUser(workspace), await makeBot(workspace)].map(({ id }) => id);
    const { id } = await makeConversation(workspace);
    const clients = [workspace, secondServer.connect(workspace)];
    const answers = await Promise.all(
      Array.from({ length: 36 }, async (_, index) => {
        const client = clients[index % 2] ?? workspace;
        const target = people[index % 3] ?? '';
        if (index % 6 === 5) return act(client, LeaveConversationDocument, { conversationId: id, actorId: target });
        if (index % 4 === 3) return act(client, AssignConversationDocument, { conversationId: id, assigneeId: null });
        return index % 4 === 0
          ? act(client, TransferConversationDocument, { conversationId: id, toAssigneeId: target, summary: `${index}` })
          : act(client, AssignConversationDocument, { conversationId: id, assigneeId: target });
      }),
    );
    const refused = answers.filter(({ __typename }) => !__typename.endsWith('Payload'));
    expect(refused.every(({ __typename }) => __typename === 'ConflictError')).toBe(true);
    const { assignee, version } = await readConversation(workspace, id);
    expect(await replay(workspace, id)).toBe(assignee?.id ?? null);

    const events = await eventsOf(workspace, id);
    const changes = events.filter(({ type }) => /assigned|transferred/.test(type));
    expect(version).toBe(1 + changes.length);
    const log = await parley.database.prisma.event.findMany({
      where: { workspaceId: uuidOf(workspace.id) },
      orderBy: { position: 'asc' },
    });
    expect(log.map(({ position }) => Number(position))).toEqual(log.map((_, index) => index + 1));
    expect(log.filter(({ nodeId }) => nodeId === null)).toHaveLength(events.length);
    const kept = await parley.database.prisma.transfer.count({ where: { conversationId: uuidOf(id) } });
    expect(kept).toBe(changes.filter(({ type }) => type === 'conversation.transferred').length);
  });

  it('let an assignee join only once', async () => {
    const workspace = await parley.newWorkspace();
    const user = await makeUser(workspace);
    const { id } = await makeConversation(workspace);
    const clients = [workspace, secondServer.connect(workspace)];
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        act(clients[index % 2] ?? workspace, AssignConversationDocument, { conversationId: id, assigneeId: user.id }),
      ),
    );
    const types = (await eventsOf(workspace, id)).map(({ type }) => type);
    expect(types).toEqual(['conversation.created', 'participant.joined', 'conversation.assigned']);
  });
});
