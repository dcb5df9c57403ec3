import { expect, it } from 'vitest';
import { addUpCounts } from '../../../src/domain/conversations/conversation-count.sql.js';
import {
  AssignConversationDocument,
  AssignConversationsDocument,
  CloseConversationDocument,
  CloseConversationsDocument,
  ConversationCountsDocument,
  DeleteConversationDocument,
  ReopenConversationDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../../generated/operations.js';
import { act, ask } from '../../support/act.js';
import { useParley } from '../../support/fixtures.js';
import { uuidOf } from '../../support/ids.js';
import { makeBot, makeConversation, makeUser } from '../../support/make.js';
import { seededRandom } from '../../support/seeded-random.js';
import { digestRows } from '../../support/workspace-rows.js';

const parley = useParley();
const ROUNDS = 12;
const AT_ONCE = 8;
const SEEDS = [1, 2, 3];

it.each(SEEDS)(
  'the numbers that are kept equal a count after random actions at the same time (seed %i)',
  async (seed) => {
    const workspace = await parley.newWorkspace();
    const random = seededRandom(seed);
    const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
    const assignees = [
      (await makeUser(workspace)).id,
      (await makeUser(workspace, 'Bo')).id,
      (await makeBot(workspace)).id,
      null,
    ];
    const ids = [(await makeConversation(workspace)).id, (await makeConversation(workspace)).id];

    /** Some of these are refused, such as closing what is closed, or meet what another one has deleted. */
    const actions: ((conversationId: string, assigneeId: string | null) => Promise<unknown>)[] = [
      async (_, assigneeId) => ids.push((await makeConversation(workspace, { assigneeId })).id),
      async (_, assigneeId) => ids.push((await makeConversation(workspace, { assigneeId })).id),
      (conversationId, assigneeId) => act(workspace, AssignConversationDocument, { conversationId, assigneeId }),
      (_, assigneeId) => act(workspace, AssignConversationsDocument, { conversationIds: ids.slice(-3), assigneeId }),
      (conversationId) => act(workspace, CloseConversationDocument, { conversationId }),
      () => act(workspace, CloseConversationsDocument, { conversationIds: ids.slice(0, 2) }),
      (conversationId) => act(workspace, ReopenConversationDocument, { conversationId }),
      (conversationId) => act(workspace, SnoozeConversationDocument, { conversationId, until: '2999-01-01T00:00:00Z' }),
      (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, status: 'PENDING' }),
      (conversationId) => act(workspace, UpdateConversationDocument, { conversationId, subject: 'Hello' }),
      (conversationId) => act(workspace, DeleteConversationDocument, { conversationId }),
    ];

    async function expectEqual(): Promise<void> {
      const { byAssignee, ...kept } = await ask(workspace, ConversationCountsDocument, {});
      const [counted] = await parley.database.prisma.$queryRaw<object[]>`
      SELECT (count(*) FILTER (WHERE status = 'OPEN'))::int AS open, (count(*) FILTER (WHERE status = 'PENDING'))::int AS pending,
        (count(*) FILTER (WHERE status = 'SNOOZED'))::int AS snoozed, (count(*) FILTER (WHERE status = 'CLOSED'))::int AS closed,
        (count(*) FILTER (WHERE status <> 'CLOSED' AND "assigneeUserId" IS NULL AND "assigneeBotId" IS NULL))::int AS unassigned
      FROM "Conversation" WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid`;
      expect(kept).toMatchObject(counted ?? {});
      const groups = await parley.database.prisma.$queryRaw<{ active: number }[]>`
      SELECT count(*)::int AS active FROM "Conversation"
      WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid AND status <> 'CLOSED'
      GROUP BY "assigneeUserId", "assigneeBotId" ORDER BY 1 DESC, "assigneeUserId", "assigneeBotId"`;
      expect(byAssignee.map(({ active }) => active)).toEqual(groups.map(({ active }) => active));
    }

    for (let round = 0; round < ROUNDS; round += 1) {
      const chosen = Array.from({ length: AT_ONCE }, () => ({
        action: pick(actions),
        conversationId: pick(ids) ?? '',
        assigneeId: pick(assignees) ?? null,
      }));
      const addingUp = round % 3 === 0 ? addUpCounts(parley.database.prisma, 2) : undefined;
      await Promise.all(chosen.map(({ action, conversationId, assigneeId }) => action?.(conversationId, assigneeId)));
      await addingUp;
      await expectEqual();
    }
    const before = await digestRows(parley, workspace);
    await addUpCounts(parley.database.prisma, 1);
    expect(await digestRows(parley, workspace)).toEqual(before);
    await expectEqual();
    const rows = await parley.database.prisma.$queryRaw<{ change: number }[]>`
    SELECT change FROM "ConversationCount" WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid`;
    // Whatever their number, a row for each status and assignee that there is.
    expect(rows.length).toBeLessThanOrEqual(4 * assignees.length);
    expect(rows.filter(({ change }) => change <= 0)).toEqual([]);
  },
);
