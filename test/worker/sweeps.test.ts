import { expect, it, vi } from 'vitest';
import { eventsIn, makeMany, states } from '../domain/sweeps/support/many.js';
import { ConversationsDocument, MergeContactsDocument, ViewerDocument } from '../generated/operations.js';
import { ask, succeed } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeBot, makeChannel, makeContact, makeUser } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { PATIENCE } from './support/worker-process.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { worker: true } });
const workspace = useFreshWorkspace(parley);

/** More than one step. */
const MANY = 501;

/** Has a worker continue what a mutation began, as it does if the mutation's process has ended. */
async function takeOver(task: { id: string; [field: string]: unknown }): Promise<void> {
  const viewer = await ask(workspace, ViewerDocument, {});
  const by = { type: 'API_KEY', id: uuidOf(viewer.actor.id) };
  const payload = JSON.stringify({ workspaceId: uuidOf(workspace.id), by, task });
  const [job] = await database.rows<{ id: string }>(
    `SELECT id FROM graphile_worker.add_job('continue-sweep', '${payload}'::json)`,
  );
  await vi.waitFor(
    async () => expect(await database.rows(`SELECT FROM graphile_worker.jobs WHERE id = ${job?.id}`)).toEqual([]),
    PATIENCE,
  );
}

const deactivate = (table: 'User' | 'Bot', id: string) =>
  database.rows(`UPDATE "${table}" SET "deactivatedAt" = now() WHERE id = '${uuidOf(id)}'`);

it('a worker ends a deactivation that a process has left, in the name of who began it', PATIENCE, async () => {
  const user = await makeUser(workspace);
  await makeMany(parley, workspace, MANY, { assigneeId: user.id });
  await deactivate('User', user.id);
  await takeOver({ kind: 'user', id: uuidOf(user.id) });
  expect(await states(parley, workspace)).toMatchObject([
    { status: 'OPEN', assigned: false, count: MANY },
    { status: 'CLOSED', count: 1 },
  ]);
  const viewer = await ask(workspace, ViewerDocument, {});
  expect(await eventsIn(parley, workspace, 'conversation.assigned', viewer.actor.id)).toEqual({
    // With the assignments of the first conversation and the closed one.
    events: MANY + 2,
    conversations: MANY + 1,
  });
  await takeOver({ kind: 'user', id: uuidOf(user.id) });
  expect(await states(parley, workspace)).toMatchObject([{ version: 3, count: MANY }, { status: 'CLOSED' }]);
});

it('a worker moves conversations of merged contacts to whom the survivor was merged into', PATIENCE, async () => {
  const [merged, survivor, next] = [
    await makeContact(workspace),
    await makeContact(workspace),
    await makeContact(workspace),
  ];
  const { id: channelId } = await makeChannel(workspace, { allowMany: true });
  await succeed(workspace, MergeContactsDocument, { survivorId: next.id, contactIds: [survivor.id] });
  await makeMany(parley, workspace, 3, { contactId: merged.id, channelId });
  await takeOver({ kind: 'merge', id: uuidOf(survivor.id), from: [uuidOf(merged.id)] });
  const { edges } = await ask(workspace, ConversationsDocument, { filter: { contactId: next.id } });
  expect(edges).toHaveLength(4);
});

it('a worker leaves the conversations of a user who is active again', PATIENCE, async () => {
  const user = await makeUser(workspace);
  await makeMany(parley, workspace, 3, { assigneeId: user.id });
  await takeOver({ kind: 'user', id: uuidOf(user.id) });
  expect(await states(parley, workspace)).toMatchObject([{ status: 'OPEN', assigned: true, count: 3 }, {}]);
});

it('a worker gives nothing to a successor that was deactivated meanwhile', PATIENCE, async () => {
  const [bot, successor] = [await makeBot(workspace), await makeUser(workspace)];
  await makeMany(parley, workspace, 3, { assigneeId: bot.id });
  await deactivate('Bot', bot.id);
  await deactivate('User', successor.id);
  const to = { type: 'USER', id: uuidOf(successor.id) };
  await takeOver({ kind: 'bot', id: uuidOf(bot.id), to, reason: null });
  expect(await states(parley, workspace)).toMatchObject([{ status: 'OPEN', assigned: false, count: 3 }, {}]);
});
