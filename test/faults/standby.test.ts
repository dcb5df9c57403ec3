import { beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { runToEnd, TIMEOUT } from '../e2e/support/program.js';
import { eventually } from '../live/support/listen.js';
import { type Cluster, noClusters, useClusters } from '../support/cluster.js';
import { loggedIds, newWorkspace, type Workspace, withSql } from './support/log-rows.js';
import { type Network, openNetwork } from './support/network.js';
import { resumeAlways } from './support/resuming-client.js';
import { type RunningServer, useServers } from './support/servers.js';
import { cursorNow, writeOnce } from './support/writers.js';

const CREATE = 'mutation ($name: String!) { createContact(input: { name: $name }) { __typename } }';
const READ = '{ viewer { workspace { id } } }';

describe.skipIf(noClusters)(`a standby (${noClusters ?? 'in clusters of the test'})`, () => {
  const newCluster = useClusters();
  const startServer = useServers();
  let primary: Cluster;
  let standby: Cluster;
  let network: Network;
  let server: RunningServer;
  /** Knows the addresses of both, and so finds the primary by itself. */
  let knowing: RunningServer;
  let workspace: Workspace;
  const names: string[] = [];

  beforeAll(async () => {
    primary = await newCluster();
    await migrate(primary.url);
    standby = await primary.standby();
    const replicated = "SELECT count(*)::int FROM pg_stat_replication WHERE sync_state = 'sync'";
    await withSql(primary.url, async (sql) => {
      await sql.query("ALTER SYSTEM SET synchronous_standby_names = '*'");
      await sql.query('SELECT pg_reload_conf()');
      await eventually(async () => (await sql.query(replicated)).rows[0]?.count === 1, 'the standby', 30_000);
    });
    workspace = await newWorkspace(primary.url);
    network = await openNetwork(primary.url, () => true);
    server = await startServer({ DATABASE_URL: network.url, DATABASE_POOL_SIZE: '8' });
    const both = `${together(standby, primary)}?target_session_attrs=read-write`;
    knowing = await startServer({ DATABASE_URL: both, DATABASE_POOL_SIZE: '8' });
    return () => network.close();
  });

  async function post(query: string, variables: object = {}, { url } = server) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${workspace.apiKey}` },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    return { status: response.status, data, code: errors?.[0].extensions.code };
  }

  let creations = 0;
  async function create(through = server) {
    creations += 1;
    const name = `Contact ${creations}`;
    const answer = await post(CREATE, { name }, through);
    if (answer.data?.createContact.__typename === 'CreateContactPayload') names.push(name);
    return answer;
  }

  const readiness = async ({ url } = server) => (await fetch(new URL('/readyz', url))).status;
  const atOnce = <T>(count: number, call: () => Promise<T>) => Promise.all(Array.from({ length: count }, call));

  it('is not taken for a primary, and leaves no connection behind', TIMEOUT, async () => {
    expect((await create()).status).toBe(200);
    expect(await readiness()).toBe(200);

    network.redirect(standby.url);
    network.cut();
    expect(await readiness()).toBe(503);
    // Broken connections are noticed by the first statements on them.
    await eventually(async () => (await post(READ)).status === 503, 'a refusal');
    for (let round = 0; round < 3; round += 1) {
      for (const answer of await atOnce(8, create)) expect(answer).toMatchObject(unavailable);
      for (const answer of await atOnce(8, () => post(READ))) expect(answer).toMatchObject(unavailable);
    }
    expect(await readiness()).toBe(503);
    expect(server.output.stderr).toContain('read-only');
    expect(server.output.stderr).not.toContain('A request failed');

    // Connections to the standby, if there were any, would stay as they are.
    network.redirect(primary.url);
    expect(await readiness()).toBe(200);
    for (const answer of await atOnce(16, create)) expect(answer.status).toBe(200);
  });

  it('is refused at start, in one line', TIMEOUT, async () => {
    const { code, stderr } = await runToEnd({ env: { DATABASE_URL: standby.url, NODE_ENV: 'production' } });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `DATABASE_URL: the database postgres at 127.0.0.1:${new URL(standby.url).port} is read-only: it takes the primary, and a role and database without default_transaction_read_only\n`,
    );
  });

  it('of a primary that has become read-only meanwhile, connections are given up', TIMEOUT, async () => {
    const readOnly = (value: string) =>
      withSql(primary.url, async (sql) => {
        await sql.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
        await sql.query('SELECT pg_reload_conf()');
      });
    await readOnly('on');
    await eventually(async () => (await readiness()) === 503, 'that it is not ready');
    await eventually(async () => (await create()).code === 'SERVICE_UNAVAILABLE', 'a refusal');
    await readOnly('off');
    await eventually(async () => (await readiness()) === 200, 'that it is ready');
    await eventually(async () => (await create()).status === 200, 'a write');
  });

  it(
    'that is promoted takes over with everything that was acknowledged, and events go on where it is known',
    TIMEOUT,
    async () => {
      const caller = { url: knowing.url, apiKey: workspace.apiKey };
      const listener = resumeAlways({
        nextUrl: () => knowing.url,
        apiKey: workspace.apiKey,
        after: await cursorNow(caller),
      });
      let [writing, written] = [true, 0];
      const writers = [server, knowing].map(async (through) => {
        while (writing) await create(through);
      });
      const conversing = (async () => {
        // Those of the events. A refusal may be of one that has taken place.
        while (writing) {
          await writeOnce(caller, []).then(
            () => {
              written += 1;
            },
            () => undefined,
          );
        }
      })();
      const all = Promise.all([...writers, conversing]);
      // Its failure is reported where it is waited for.
      all.catch(() => undefined);
      const more = async (what: string) => {
        const [contacts, conversations] = [names.length, written];
        await eventually(() => names.length > contacts + 20 && written > conversations + 5, what, 30_000);
      };
      try {
        await more('writes');
        await primary.kill();
        network.redirect(standby.url);
        await standby.promote();
        // Nothing follows the new primary, which would otherwise wait for that.
        await withSql(standby.url, async (sql) => {
          await sql.query("ALTER SYSTEM SET synchronous_standby_names = ''");
          await sql.query('SELECT pg_reload_conf()');
        });
        await more('writes to the new primary');
      } finally {
        writing = false;
        await all;
      }
      expect([await readiness(), await readiness(knowing)]).toEqual([200, 200]);
      const { rows } = await withSql(standby.url, (sql) => sql.query<{ name: string }>('SELECT name FROM "Contact"'));
      const kept = new Set(rows.map(({ name }) => name));
      expect(names.filter((name) => !kept.has(name))).toEqual([]);
      const logged = await loggedIds(standby.url, workspace);
      expect(logged.length).toBeGreaterThanOrEqual(written);
      await eventually(() => listener.ids.length >= logged.length, 'the last event', 30_000);
      expect(listener.ids).toEqual(logged);
      // The socket of the server that knows both was never closed.
      expect([listener.subscriptions(), listener.closeCodes, listener.failures]).toEqual([1, [], []]);
      listener.stop();
    },
  );

  it('is reached by commands, too, as the second of several hosts of which the first is away', TIMEOUT, async () => {
    const env = { DATABASE_URL: together(primary, standby) };
    const { code, stdout } = await runToEnd({ command: ['node', 'dist/cli/migrate.js'], env });
    expect([code, stdout]).toEqual([0, expect.stringContaining('up to date')]);
  });
});

/** The URL of several hosts. */
function together(...clusters: Cluster[]): string {
  return `postgresql://postgres@${clusters.map(({ url }) => new URL(url).host).join(',')}/postgres`;
}

const unavailable = { status: 503, code: 'SERVICE_UNAVAILABLE' };
