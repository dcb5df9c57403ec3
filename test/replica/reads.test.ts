import { afterEach, describe, expect, it } from 'vitest';
import { withSql } from '../faults/support/log-rows.js';
import { connect, eventually } from '../live/support/listen.js';
import { noClusters } from '../support/cluster.js';
import { uuidOf } from '../support/ids.js';
import { makeBot, makeContact } from '../support/make.js';
import type { TestServer, TestWorkspace } from '../support/parley.js';
import { seededRandom } from '../support/seeded-random.js';
import { caughtUp, reads, readsOf, replay, useReplicated } from './support/replicated.js';

/** How many reads look for a stale answer. */
const READS = Number(process.env.READS ?? 2_000);
const TIMEOUT = { timeout: 60_000 + READS * 60 };

const NAME = 'query ($id: ID!) { contact(id: $id) { name } }';
const RENAME = `mutation ($id: ID!, $name: String!) {
  updateContact(input: { contactId: $id, name: $name }) { ... on UpdateContactPayload { cursor } }
}`;

describe.skipIf(noClusters)(`a read replica (${noClusters ?? 'a standby of a cluster of the test'})`, () => {
  const replicated = useReplicated();
  // A standby that was promoted refuses.
  afterEach(() => replay(replicated().standby, 'resume').catch(() => undefined));

  /** Asks for a contact's name, with a cursor if one is given. */
  async function nameOf(server: TestServer, { apiKey }: Pick<TestWorkspace, 'apiKey'>, id: string, cursor?: string) {
    const response = await fetch(server.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${apiKey}`,
        ...(cursor !== undefined && { 'min-cursor': cursor }),
      },
      body: JSON.stringify({ query: NAME, variables: { id } }),
    });
    const { data, errors } = await response.json();
    return { status: response.status, name: data?.contact?.name, code: errors?.[0].extensions.code };
  }

  async function rename(client: TestWorkspace, id: string, name: string): Promise<string> {
    const { body } = await client.post<{ updateContact: { cursor: string } }>(RENAME, { id, name });
    if (!body.data?.updateContact.cursor) throw new Error(JSON.stringify(body));
    return body.data.updateContact.cursor;
  }

  /** Changes a name as nothing does, without an entry in the log: whoever sees it has read the primary. */
  async function renameBehindTheLog(id: string, name: string): Promise<void> {
    await withSql(replicated().primary.url, (sql) =>
      sql.query('UPDATE "Contact" SET name = $1 WHERE id = $2', [name, uuidOf(id)]),
    );
  }

  it('answers what it has, without the primary', TIMEOUT, async () => {
    const { one, workspace, standby } = replicated();
    const { id } = await makeContact(workspace, 'Replicated');
    await reads(one, workspace);
    await replay(standby, 'pause');
    await renameBehindTheLog(id, 'At the primary');
    const before = await readsOf(one);
    for (let read = 0; read < 10; read += 1)
      expect(await nameOf(one, workspace, id)).toMatchObject({ name: 'Replicated' });
    const after = await readsOf(one);
    expect(after).toEqual({ ...before, 'replica current': (before['replica current'] ?? 0) + 10 });
    await replay(standby, 'resume');
    await eventually(async () => (await nameOf(one, workspace, id)).name === 'At the primary', 'that it is replayed');
  });

  it('never answers what is stale, in any process, while it stops and goes on', TIMEOUT, async () => {
    const { one, other, workspace, standby } = replicated();
    const servers = [one, other];
    const random = seededRandom(7);
    const any = () => servers[Math.floor(random() * servers.length)] ?? one;
    const sockets = servers.map(({ url }) => connect(url, workspace.apiKey));
    const overSocket = async (id: string) => {
      const socket = sockets[Math.floor(random() * sockets.length)];
      for await (const { data } of socket?.iterate<{ contact: { name: string } }>({ query: NAME, variables: { id } }) ??
        []) {
        return Number(data?.contact.name);
      }
      throw new Error('The socket has ended.');
    };
    let left = READS;
    let paused = false;
    const stale: string[] = [];
    const caller = async (number: number) => {
      const { id } = await makeContact(workspace, '0');
      for (let version = 1; left > 0; version += 1) {
        await rename(any().connect(workspace), id, String(version));
        for (let read = 0; read < 10 && left > 0; read += 1) {
          left -= 1;
          const seen = number % 3 === 0 ? await overSocket(id) : Number((await nameOf(any(), workspace, id)).name);
          if (seen !== version) stale.push(`${seen} after ${version}`);
        }
      }
    };
    const pausing = (async () => {
      while (left > 0) {
        const until = left - READS / 10;
        await eventually(() => left <= Math.max(0, until), 'a tenth of the reads', TIMEOUT.timeout);
        paused = !paused;
        await replay(standby, paused ? 'pause' : 'resume');
      }
    })();
    await Promise.all([...Array.from({ length: 8 }, (_, number) => caller(number)), pausing]);
    for (const socket of sockets) void socket.dispose();
    expect(stale).toEqual([]);
  });

  it('takes four of five reads off the primary, if ten of eleven come when it has caught up', TIMEOUT, async () => {
    const { one, workspace } = replicated();
    const { id } = await makeContact(workspace, 'Busy');
    await reads(one, workspace);
    const before = await readsOf(one);
    const rounds = 20;
    for (let round = 0; round < rounds; round += 1) {
      await rename(workspace, id, `Round ${round}`);
      expect(await nameOf(one, workspace, id)).toMatchObject({ name: `Round ${round}` });
      await caughtUp(replicated());
      for (let read = 0; read < 10; read += 1) {
        expect(await nameOf(one, workspace, id)).toMatchObject({ name: `Round ${round}` });
      }
    }
    const after = await readsOf(one);
    const fromReplica = (after['replica current'] ?? 0) - (before['replica current'] ?? 0);
    expect(fromReplica).toBeGreaterThanOrEqual(rounds * 11 * 0.8);
  });

  describe('with a Min-Cursor', () => {
    it(
      'answers if it has reached that, and otherwise the primary does; nobody sees an older state after it',
      TIMEOUT,
      async () => {
        const { one, workspace, standby } = replicated();
        const { id } = await makeContact(workspace, 'Nobody');
        const robot = await makeBot(workspace);
        const reached = await rename(workspace, id, 'First');
        await caughtUp(replicated());
        await reads(one, workspace);
        await replay(standby, 'pause');
        const ahead = await rename(workspace, id, 'Second');
        const before = await readsOf(one);
        expect(await nameOf(one, robot, id, reached)).toMatchObject({ name: 'First' });
        expect(await nameOf(one, robot, id, ahead)).toMatchObject({ name: 'Second' });
        expect(await nameOf(one, robot, id, reached)).toMatchObject({ name: 'Second' });
        expect(await nameOf(one, workspace, id, reached)).toMatchObject({ name: 'Second' });
        expect(await nameOf(one, workspace, id)).toMatchObject({ name: 'Second' });
        const after = await readsOf(one);
        const grown = (what: string) => (after[what] ?? 0) - (before[what] ?? 0);
        expect([grown('replica current'), grown('primary behind')]).toEqual([1, 4]);
      },
    );

    it('over a socket takes it from the extensions of the operation', TIMEOUT, async () => {
      const { one, workspace, standby } = replicated();
      const { id } = await makeContact(workspace, 'First');
      await caughtUp(replicated());
      await replay(standby, 'pause');
      const minCursor = await rename(workspace, id, 'Second');
      const socket = connect(one.url, workspace.apiKey);
      const operation = { query: NAME, variables: { id } };
      for await (const { data } of socket.iterate({ ...operation, extensions: { minCursor } })) {
        expect(data).toEqual({ contact: { name: 'Second' } });
      }
      for await (const { errors } of socket.iterate({ ...operation, extensions: { minCursor: 7 } })) {
        expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      }
      await socket.dispose();
    });

    it('of a log that was set back is refused, as after a restore', TIMEOUT, async () => {
      const { one, primary } = replicated();
      const workspace = await one.newWorkspace();
      const { id } = await makeContact(workspace, 'First');
      const lost = await rename(workspace, id, 'Second');
      await withSql(primary.url, (sql) =>
        sql.query(
          `WITH gone AS (DELETE FROM "Event" e USING "EventHead" h
             WHERE e."workspaceId" = $1 AND h."workspaceId" = $1 AND e.position = h.position)
           UPDATE "EventHead" h SET position = e.position, "eventId" = e.id FROM "Event" e
           WHERE h."workspaceId" = $1 AND e."workspaceId" = $1 AND e.position = h.position - 1`,
          [uuidOf(workspace.id)],
        ),
      );
      expect(await nameOf(one, workspace, id, lost)).toMatchObject({ code: 'CURSOR_EXPIRED' });
    });
  });

  it('is not asked for what the log does not record', TIMEOUT, async () => {
    const { one, workspace } = replicated();
    const before = await readsOf(one);
    for (const query of [
      '{ viewer { workspace { name } } }',
      '{ contacts(first: 1) { totalCount } apiKeys { totalCount } }',
    ]) {
      expect((await workspace.post(query)).body.errors).toBeUndefined();
    }
    const after = await readsOf(one);
    expect(after).toEqual({ ...before, 'primary always': (before['primary always'] ?? 0) + 2 });
  });

  it(
    'that cancels statements, breaks connections, is killed, comes back and is promoted fails no request',
    TIMEOUT,
    async () => {
      const { one, workspace, primary, standby } = replicated();
      const { id } = await makeContact(workspace, 'Kept');
      await reads(one, workspace);
      let reading = true;
      let done = 0;
      const failed: unknown[] = [];
      const reader = async () => {
        while (reading) {
          const answer = await nameOf(one, workspace, id);
          done += 1;
          if (answer.name !== 'Kept') failed.push(answer);
        }
      };
      const readers = Promise.all(Array.from({ length: 6 }, reader));
      const more = async (count: number) => {
        const until = done + count;
        await eventually(() => done >= until, `${count} reads`, 60_000);
      };
      try {
        const pools = "FROM pg_stat_activity WHERE application_name = 'parley'";
        for (let round = 0; round < 10; round += 1) {
          // What has a table for itself conflicts with whatever reads it at the standby.
          await withSql(primary.url, (sql) =>
            sql.query('BEGIN; LOCK TABLE "Contact" IN ACCESS EXCLUSIVE MODE; COMMIT'),
          );
          await more(5);
        }
        await withSql(standby.url, (sql) => sql.query(`SELECT pg_cancel_backend(pid) ${pools}`));
        await more(20);
        await withSql(standby.url, (sql) => sql.query(`SELECT pg_terminate_backend(pid) ${pools}`));
        await more(20);
        await reads(one, workspace);
        await standby.kill();
        await more(50);
        expect((await fetch(new URL('/readyz', one.url))).status).toBe(200);
        await reads(one, workspace, 'primary away');
        await standby.start();
        await reads(one, workspace);
        await standby.promote();
        await reads(one, workspace, 'primary away');
        await more(20);
      } finally {
        reading = false;
        await readers;
      }
      expect(failed).toEqual([]);
      await rename(workspace, id, 'Written to the primary');
      expect(await nameOf(one, workspace, id)).toMatchObject({ name: 'Written to the primary' });
    },
  );
});
