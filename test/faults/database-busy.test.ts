import { expect, it } from 'vitest';
import { TIMEOUT } from '../e2e/support/program.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { rawSocket } from '../live/support/raw-socket.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { newWorkspace, withSql } from './support/log-rows.js';
import { useServers } from './support/servers.js';

const POOL = 4;
const database = useScratchDatabase();
const startServer = useServers();

const waiting = async () =>
  (
    await database.rows<{ count: number }>(
      "SELECT count(*)::int FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    )
  )[0]?.count;

const READ = '{ messages { totalCount } }';
const WRITE = 'mutation { createConversation(input: { message: { text: "Hello" } }) { __typename } }';
const CREATE_CONTACT = 'mutation { createContact(input: { name: "Ada" }) { __typename } }';

it('what gets no connection to the database in time fails with SERVICE_UNAVAILABLE, over HTTP and over sockets', {
  timeout: 2 * TIMEOUT.timeout,
}, async () => {
  const server = await startServer({ DATABASE_URL: database.url, DATABASE_POOL_SIZE: String(POOL), WORKER: 'off' });
  const [one, other] = [await newWorkspace(database.url), await newWorkspace(database.url)];
  const post = (apiKey: string, query: string) =>
    fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify({ query }),
    });
  const client = connect(server.url, other.apiKey);
  const first = listen(client, '{ __typename }', {});
  await first.until(1);
  await withSql(database.url, async (sql) => {
    await sql.query('BEGIN; LOCK TABLE "Message"');
    // As many as the shares of reads and writes let through, which together are all connections.
    const stuck = [post(one.apiKey, READ), post(one.apiKey, READ), post(other.apiKey, READ), post(one.apiKey, WRITE)];
    await eventually(async () => (await waiting()) === POOL, 'that all connections wait');
    // Nothing is gained by sending its requests to another process.
    expect((await fetch(new URL('/readyz', server.url))).status).toBe(200);

    const { say, closed } = await rawSocket(server.url, other.apiKey);
    say({ type: 'connection_init', payload: { Authorization: `Bearer ${other.apiKey}` } });
    const overSocket = listen(client, CREATE_CONTACT, {});
    const overHttp = await post(other.apiKey, CREATE_CONTACT);
    expect([overHttp.status, overHttp.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await overHttp.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
    await overSocket.ended;
    expect(overSocket.results).toMatchObject([{ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] }]);
    expect(await closed).toMatchObject({ code: 1013 });

    await sql.query('COMMIT');
    await Promise.all(stuck);
  });
  await client.dispose();
  expect((await post(one.apiKey, READ)).status).toBe(200);
  expect(server.output.stderr).toContain('too busy or away');
  expect(server.output.stderr).not.toContain('"stack"');
});
