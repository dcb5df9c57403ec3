import { expect, it } from 'vitest';
import { withSql } from '../faults/support/log-rows.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const MAX_WAITING = 4;
const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { maxWaitingRequests: MAX_WAITING } });
const workspace = useFreshWorkspace(parley);

const locked = async () =>
  (
    await database.rows<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    )
  )[0]?.count;

const QUICK = '{ contacts { totalCount } }';

it('operations over sockets that wait count like requests, and are refused like them; subscriptions do not', async () => {
  const client = connect(parley.url, workspace.apiKey);
  for (let count = 0; count < MAX_WAITING; count += 1) {
    listen(client, `subscription { a${count}: events { id } }`, {});
    await eventually(() => parley.live.fanOut.size().subscribers === count + 1, 'the subscription');
  }
  const waiting = await withSql(database.url, async (sql) => {
    await sql.query('BEGIN; LOCK TABLE "Message"');
    const operations = Array.from({ length: MAX_WAITING }, () => listen(client, '{ messages { totalCount } }', {}));
    await eventually(async () => (await locked()) === MAX_WAITING, 'that all wait');
    expect((await workspace.post(QUICK)).status).toBe(503);
    const refusal = await listen(client, QUICK, {}).ended;
    expect(refusal).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
    await sql.query('COMMIT');
    return operations;
  });
  for (const operation of waiting) {
    await operation.ended;
    expect(operation.results).toEqual([{ data: { messages: { totalCount: 0 } } }]);
  }
  await eventually(async () => (await workspace.post(QUICK)).status === 200, 'that a request is taken');
  const taken = listen(client, QUICK, {});
  await taken.ended;
  expect(taken.results).toEqual([{ data: { contacts: { totalCount: 0 } } }]);
  await client.dispose();
});
