import pg from 'pg';
import { expect, it, onTestFinished } from 'vitest';
import { eventually } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { signInAs } from '../support/token.js';

const POOL = 12;
const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { databasePoolSize: POOL } });
const workspace = useFreshWorkspace(parley);

/** Makes every read of messages wait, as one that takes long would. Returns how to let them go on. */
async function holdMessages(): Promise<() => Promise<unknown>> {
  const client = new pg.Client({ connectionString: database.url });
  onTestFinished(() => client.end());
  await client.connect();
  await client.query('BEGIN');
  await client.query('LOCK TABLE "Message" IN ACCESS EXCLUSIVE MODE');
  return () => client.query('COMMIT');
}

const waiting = async () =>
  (
    await database.rows<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    )
  )[0]?.count;

it('one caller whose reads take long keeps neither its workspace, nor others, nor readiness from theirs', async () => {
  const [slow, colleague] = [await signInAs(parley, workspace, 'AGENT'), await signInAs(parley, workspace, 'AGENT')];
  const other = await parley.newWorkspace();
  const letGo = await holdMessages();
  const searches = Array.from({ length: 4 * POOL }, () => slow.post('{ messages { totalCount nodes { id } } }'));
  await eventually(async () => (await waiting()) === POOL / 3, 'as many slow reads as a caller may run');

  for (const caller of [colleague, other]) {
    expect((await caller.post('{ conversations { totalCount } }')).body.data).toEqual({
      conversations: { totalCount: 0 },
    });
  }
  expect((await fetch(new URL('/readyz', parley.url))).status).toBe(200);
  expect(await waiting()).toBe(POOL / 3);

  await letGo();
  const answers = await Promise.all(searches);
  expect(new Set(answers.map(({ body }) => JSON.stringify(body.data)))).toEqual(
    new Set([JSON.stringify({ messages: { totalCount: 0, nodes: [] } })]),
  );
});
