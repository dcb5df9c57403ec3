import { expect, it, vi } from 'vitest';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { withSql } from './support/log-rows.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url });
const workspace = useWorkspace(parley);

it('a statement canceled by the database returns QUERY_TOO_COMPLEX, which says what to do, and is not logged as a failure', async () => {
  const { body } = await withSql(database.url, async (sql) => {
    await sql.query('BEGIN; LOCK TABLE "Conversation"');
    const answer = workspace.post('{ conversations { totalCount } }');
    // As its time limit would after a while.
    const cancel = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
                    WHERE backend_type = 'client backend' AND datname = current_database()
                      AND wait_event_type = 'Lock'`;
    await vi.waitFor(async () => expect(await database.rows(cancel)).not.toEqual([]), { timeout: 10_000 });
    return answer;
  });
  expect(body.data ?? null).toBeNull();
  expect(body.errors).toMatchObject([
    {
      message:
        'The database took too long for this operation. Narrow the search or the filter, or request smaller pages.',
      extensions: { code: 'QUERY_TOO_COMPLEX' },
    },
  ]);
  const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
  expect(metrics).toMatch(/^parley_errors_total\{code="QUERY_TOO_COMPLEX"\} 1$/m);
  expect(metrics).not.toContain('INTERNAL_SERVER_ERROR');
});

it('a canceled statement that writes the whole answer is not sent again', async () => {
  await withSql(database.url, async (sql) => {
    await sql.query('BEGIN; LOCK TABLE "Conversation"');
    const answer = workspace.post('{ conversations { nodes { id } } }');
    const canceled = () =>
      database.rows(`SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE backend_type = 'client backend' AND datname = current_database() AND wait_event_type = 'Lock'`);
    await vi.waitFor(async () => expect(await canceled()).toHaveLength(1), { timeout: 10_000 });
    // A second try would wait for the lock.
    expect((await answer).body.errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  });
});

it('the database cancels statements after 30 seconds, or after waiting 15 seconds for a lock', async () => {
  const limits = await parley.database.prisma.$queryRaw`
    SELECT name, setting || unit AS value FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout') ORDER BY name`;
  expect(limits).toEqual([
    { name: 'lock_timeout', value: '15000ms' },
    { name: 'statement_timeout', value: '30000ms' },
  ]);
});
