import { places, products } from './cast.js';
import { prepareContacts } from './contacts.sql.js';
import { insertConversations } from './conversations.sql.js';
import { type Draw, seededDraw } from './draw.js';
import { eventTable, insertEvents } from './events.sql.js';
import { authorTable, insertMessages, lineTable, totalTable } from './messages.sql.js';
import { insertParticipants, insertTransfers, participantTable } from './participants.sql.js';
import { preparePhrases } from './phrases.sql.js';
import { planTable } from './plan.sql.js';
import { insertReadPositions, readTable, teamReadTable } from './reads.sql.js';
import { type DataSet, type Shape, shapeOf } from './shape.js';
import type { SqlSession } from './sql-session.js';
import { prepareTeam, type Team } from './team.sql.js';

export type Written = { conversations: number; messages: number; events: number };

export type GenerateOptions = {
  /** Runs a batch in a transaction of its own, or in the one that there is. */
  transaction: <Result>(work: () => Promise<Result>) => Promise<Result>;
  onProgress?: (written: Written) => void;
  /** When it aborts, no further batch is begun. */
  signal?: AbortSignal;
};

/**
 * Writes a data set into a workspace, which keeps what it has. Each batch of conversations is one transaction, with
 * everything that belongs to them, so that an interruption leaves whole conversations only.
 */
export async function generate(
  session: SqlSession,
  workspaceId: string,
  dataSet: DataSet,
  { transaction, onProgress, signal }: GenerateOptions,
): Promise<Written> {
  const shape = shapeOf(dataSet);
  const draw = seededDraw(dataSet.seed);
  const team = await transaction(async () => {
    await tune(session);
    await preparePhrases(session);
    const made = await prepareTeam(session, workspaceId, dataSet, shape);
    await prepareContacts(session, workspaceId, shape, draw);
    return made;
  });
  const written: Written = { conversations: 0, messages: 0, events: 0 };
  for (let batch = 0; batch < shape.batches && !signal?.aborted; batch += 1) {
    const added = await transaction(() => writeBatch(session, workspaceId, { dataSet, shape, team, draw, batch }));
    written.conversations += added.conversations;
    written.messages += added.messages;
    written.events += added.events;
    onProgress?.({ ...written });
  }
  await session.execute(`DROP TABLE ${preparedTables.join(', ')}`);
  return written;
}

const preparedTables = [
  'seed_phrase',
  'seed_topic',
  'seed_user',
  'seed_bot',
  'seed_channel',
  'seed_culture',
  'seed_phone',
  'seed_contact',
];

const batchTables = [
  'seed_plan',
  'seed_line',
  'seed_author',
  'seed_total',
  'seed_read',
  'seed_team_read',
  'seed_participant',
  'seed_event',
];

/**
 * Settings for one transaction: room for sorting a batch in memory; hash joins, because the planner knows nothing of new
 * temporary tables; and no compiling of statements, which costs more than it saves in a second.
 */
async function tune(session: SqlSession): Promise<void> {
  await session.execute(
    "SELECT set_config('work_mem', '64MB', true), set_config('enable_mergejoin', 'off', true), set_config('jit', 'off', true)",
  );
}

type Batch = { dataSet: DataSet; shape: Shape; team: Team; draw: Draw; batch: number };

async function writeBatch(
  session: SqlSession,
  workspaceId: string,
  { dataSet, shape, team, draw, batch }: Batch,
): Promise<Written> {
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
    places,
    dataSet.now,
  );
  for (const table of [lineTable(draw), authorTable, totalTable, readTable, teamReadTable, participantTable]) {
    await session.execute(table);
  }
  const events = await session.execute(eventTable);
  const conversations = await session.execute(insertConversations(draw), workspaceId);
  const messages = await session.execute(insertMessages(draw), workspaceId, dataSet.now);
  await session.execute(insertParticipants, workspaceId);
  await session.execute(insertReadPositions, workspaceId);
  await session.execute(insertTransfers, workspaceId);
  await session.execute(
    `DROP TABLE ${batchTables.filter((table) => table !== 'seed_plan' && table !== 'seed_event').join(', ')}`,
  );
  const logged = await session.execute(insertEvents, workspaceId, events);
  if (logged !== events) throw new Error(`The workspace ${workspaceId} has no event head.`);
  await session.execute('DROP TABLE seed_plan, seed_event');
  return { conversations, messages, events };
}
