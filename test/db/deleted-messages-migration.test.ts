import { expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { DeleteMessageDocument, MarkConversationReadDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { participantsOf, readConversation, say } from '../support/conversations.js';
import { makeContactConversation } from '../support/make.js';
import { startParley } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const MIGRATION = '20261129063740_deleted_messages_are_read';
const scratch = useScratchDatabase();

it('a migration takes messages that were deleted before off the unread counts', async () => {
  const before = await startParley({ databaseUrl: scratch.url });
  const workspace = await before.newWorkspace();
  const { id } = await makeContactConversation(workspace);
  const texts = ['One', 'Two', 'Three', 'Four'];
  for (const text of texts) {
    const inbound = await say(workspace, id, { text, direction: 'INBOUND' });
    if (text !== 'Three') await succeed(workspace, DeleteMessageDocument, { messageId: inbound.id });
    if (text === 'One') await succeed(workspace, MarkConversationReadDocument, { conversationId: id });
  }
  const counts = async (client = workspace) => ({
    team: (await readConversation(client, id)).unreadCount,
    participants: (await participantsOf(client, id)).map(({ unreadCount }) => unreadCount),
    rows: await scratch.rows(`SELECT c."deletedInbound", c."deletedOutbound", c."teamReadDeleted",
      (SELECT array_agg(r."deletedInbound" ORDER BY r.seq) FROM "ReadPosition" r) AS positions FROM "Conversation" c`),
  });
  const kept = await counts();
  expect(kept).toMatchObject({ team: 1, participants: [0] });
  await before.stop();

  await scratch.rows(`ALTER TABLE "Conversation" DROP COLUMN "deletedInbound", DROP COLUMN "deletedOutbound",
    DROP COLUMN "teamReadDeleted"`);
  await scratch.rows('ALTER TABLE "ReadPosition" DROP COLUMN "deletedInbound", DROP COLUMN "deletedOutbound"');
  await scratch.rows(`DELETE FROM _prisma_migrations WHERE migration_name = '${MIGRATION}'`);
  expect(await migrate(scratch.url)).toEqual([MIGRATION]);

  const after = await startParley({ databaseUrl: scratch.url });
  expect(await counts(after.connect(workspace))).toEqual(kept);
  await after.stop();
});
