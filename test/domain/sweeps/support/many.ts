import {
  CloseConversationDocument,
  type ConversationStatus,
  type CreateConversationInput,
} from '../../../generated/operations.js';
import { succeed } from '../../../support/act.js';
import { uuidOf } from '../../../support/ids.js';
import { makeConversation } from '../../../support/make.js';
import type { TestServer, TestWorkspace } from '../../../support/parley.js';

type Server = Pick<TestServer, 'database'>;

/** A conversation and copies of its row, and as many again that are closed. */
export async function makeMany(
  { database }: Server,
  workspace: TestWorkspace,
  count: number,
  input: CreateConversationInput,
): Promise<void> {
  const { id } = await makeConversation(workspace, input);
  await copy({ database }, id, count - 1);
  const closed = await makeConversation(workspace, input);
  await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
}

async function copy({ database }: Server, id: string, count: number): Promise<void> {
  const columns = await database.prisma.$queryRaw<{ name: string }[]>`
    SELECT format('%I', column_name) AS name FROM information_schema.columns
    WHERE table_name = 'Conversation' AND is_generated = 'NEVER' AND column_name <> 'id'`;
  const names = columns.map(({ name }) => name).join(', ');
  await database.prisma.$executeRawUnsafe(`
    INSERT INTO "Conversation" (id, ${names})
    SELECT gen_random_uuid(), ${names} FROM "Conversation", generate_series(1, ${count}) WHERE id = '${uuidOf(id)}'`);
}

/** How many conversations of the workspace are in which state, with the versions they have. */
export async function states({ database }: Server, workspace: TestWorkspace) {
  return database.prisma.$queryRaw<{ status: ConversationStatus; assigned: boolean; version: number; count: number }[]>`
    SELECT status, num_nonnulls("assigneeUserId", "assigneeBotId") > 0 AS assigned, version, count(*)::int AS count
    FROM "Conversation" WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
}

/** How many events of a type there are, and about how many conversations. */
export async function eventsIn({ database }: Server, workspace: TestWorkspace, type: string, by?: string) {
  const [found] = await database.prisma.$queryRaw<{ events: number; conversations: number }[]>`
    SELECT count(*)::int AS events, count(DISTINCT "conversationId")::int AS conversations FROM "Event"
    WHERE "workspaceId" = ${uuidOf(workspace.id)}::uuid AND type = ${type}
      AND coalesce("actorId" = ${by ? uuidOf(by) : null}::uuid, true)`;
  return found;
}
