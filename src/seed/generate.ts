import { type Scene, type Written, writeBatch } from './batch.js';
import { prepareContacts, shareContacts } from './contacts.sql.js';
import { seededDraw } from './draw.js';
import { preparePhrases } from './phrases.sql.js';
import { type DataSet, shapeOf } from './shape.js';
import type { SqlSession } from './sql-session.js';
import { prepareTeam } from './team.sql.js';

export type GenerateOptions = {
  onProgress?: (written: Written) => void;
  /** When it aborts, no further batch is started. */
  signal?: AbortSignal;
};

/**
 * Adds a data set to a workspace, in one or several sessions at the same time. Each batch of conversations is one
 * transaction, so that an interruption leaves only complete conversations.
 */
export async function generate(
  [first, ...others]: readonly [SqlSession, ...SqlSession[]],
  workspaceId: string,
  dataSet: DataSet,
  { onProgress, signal }: GenerateOptions = {},
): Promise<Written> {
  const scene = await prepare(first, workspaceId, dataSet);
  const written: Written = { conversations: 0, messages: 0, events: 0 };
  let nextBatch = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function writeBatches(session: SqlSession): Promise<void> {
    while (nextBatch < scene.shape.batches && !signal?.aborted) {
      const batch = nextBatch;
      const before = last;
      nextBatch += 1;
      // The next batch waits for this one, and fails with it, because the log must not have gaps.
      const writing = session.transaction(() => writeBatch(session, scene, batch, before));
      last = writing;
      const added = await writing;
      written.conversations += added.conversations;
      written.messages += added.messages;
      written.events += added.events;
      onProgress?.({ ...written });
    }
  }

  async function help(session: SqlSession): Promise<void> {
    await session.transaction(async () => {
      await preparePhrases(session);
      await prepareTeam(session, workspaceId, dataSet, scene.shape);
      await shareContacts(first, session, scene.shape);
    });
    await writeBatches(session);
    await session.execute(`DROP TABLE ${sharedTables.join(', ')}`);
  }

  const outcomes = await Promise.allSettled([writeBatches(first), ...others.map(help)]);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  await first.execute(`DROP TABLE ${[...sharedTables, 'seed_culture', 'seed_phone'].join(', ')}`);
  return written;
}

const sharedTables = ['seed_phrase', 'seed_topic', 'seed_user', 'seed_bot', 'seed_channel', 'seed_contact'];

function prepare(session: SqlSession, workspaceId: string, dataSet: DataSet): Promise<Scene> {
  const shape = shapeOf(dataSet);
  const draw = seededDraw(dataSet.seed);
  return session.transaction(async () => {
    await preparePhrases(session);
    const team = await prepareTeam(session, workspaceId, dataSet, shape);
    await prepareContacts(session, workspaceId, shape, draw);
    return { workspaceId, dataSet, shape, team, draw };
  });
}
