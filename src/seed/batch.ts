import { cities, products } from './cast.js';
import { insertConversations } from './conversations.sql.js';
import type { Draw } from './draw.js';
import { eventTable, insertEvents } from './events.sql.js';
import { authorTable, insertMessages, lineTable, totalTable } from './messages.sql.js';
import { insertParticipants, insertTransfers, participantTable } from './participants.sql.js';
import { planTable } from './plan.sql.js';
import { insertReadPositions, readTable, teamReadTable } from './reads.sql.js';
import type { DataSet, Shape } from './shape.js';
import type { SqlSession } from './sql-session.js';
import type { Team } from './team.sql.js';

export type Written = { conversations: number; messages: number; events: number };

/** What all batches of a data set share. */
export type Scene = { workspaceId: string; dataSet: DataSet; shape: Shape; team: Team; draw: Draw };

/** The temporary tables of a batch, in the order of their dependencies. */
const drafts = ({ draw }: Scene) => [
  lineTable(draw),
  authorTable,
  totalTable,
  readTable,
  teamReadTable,
  participantTable,
];

const draftTables = ['seed_line', 'seed_author', 'seed_total', 'seed_read', 'seed_team_read', 'seed_participant'];

/**
 * Writes one batch of conversations with everything that belongs to them, in the current transaction. Only its events
 * wait for `before`, the commit of the previous batch, because the log is in order of time.
 */
export async function writeBatch(
  session: SqlSession,
  scene: Scene,
  batch: number,
  before: Promise<unknown>,
): Promise<Written> {
  const { workspaceId, dataSet, shape, team, draw } = scene;
  await tune(session);
  const first = batch * shape.batchSize;
  const next = Math.min(dataSet.conversations, first + shape.batchSize);
  const start = new Date(shape.start.getTime() + batch * shape.batchSeconds * 1000);
  await session.execute(
    planTable(dataSet, shape, team, draw),
    first,
    next,
    start,
    shape.batchSeconds,
    products,
    cities,
    dataSet.now,
  );
  for (const draft of drafts(scene)) await session.execute(draft);
  const events = await session.execute(eventTable);
  const conversations = await session.execute(insertConversations(draw), workspaceId);
  const messages = await session.execute(insertMessages(draw), workspaceId, dataSet.now);
  await session.execute(insertParticipants, workspaceId);
  await session.execute(insertReadPositions, workspaceId);
  await session.execute(insertTransfers, workspaceId);
  await session.execute(`DROP TABLE ${draftTables.join(', ')}`);
  await before;
  const logged = await session.execute(insertEvents, workspaceId, events);
  if (logged !== events) throw new Error(`The workspace ${workspaceId} has no event head.`);
  await session.execute('DROP TABLE seed_plan, seed_event');
  return { conversations, messages, events };
}

/**
 * Settings for one transaction: memory for sorting a batch; no merge joins, which the planner would choose without
 * statistics on the temporary tables; and no JIT compilation, which costs more than it saves here.
 */
async function tune(session: SqlSession): Promise<void> {
  await session.execute(
    `SELECT set_config('work_mem', '64MB', true), set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true),
       set_config('gin_pending_list_limit', '64MB', true)`,
  );
}
