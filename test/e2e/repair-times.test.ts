import { describe, expect, it } from 'vitest';
import { DeactivateUserDocument, SnoozeConversationDocument } from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeConversation, makeUser } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { runToEnd, TIMEOUT } from './support/program.js';

const tables = ['Conversation', 'Contact', 'User', 'Event', 'Participant', 'Workspace', 'ApiKey', 'Channel'];

describe.each(['America/New_York', 'Asia/Kolkata', 'Europe/Berlin'])('repair:times for %s', (zone) => {
  const scratch = useScratchDatabase();
  const parley = useParley({ databaseUrl: scratch.url });
  const workspace = useWorkspace(parley);

  const repair = (...args: string[]) =>
    runToEnd({
      command: ['node', 'dist/cli/repair-times.js', '--time-zone', zone, ...args],
      env: { DATABASE_URL: scratch.url },
    });
  const content = async () => {
    const selects = tables.map((table) => `SELECT '${table}', to_jsonb(t)::text AS row FROM "${table}" t`);
    return scratch.rows(`SET TimeZone = 'UTC'; `).then(() => scratch.rows(`${selects.join(' UNION ALL ')} ORDER BY 2`));
  };

  /** Stores all times as the driver adapter did in a session of this zone: their wall clock in UTC, without an offset. */
  async function shiftAll(): Promise<void> {
    // The audit log is younger than that, and takes no changes.
    const columns = await scratch.rows<{ table: string; name: string }>(
      `SELECT table_name AS table, column_name AS name FROM information_schema.columns JOIN pg_tables
       ON tablename = table_name AND schemaname = table_schema WHERE table_schema = 'public'
       AND data_type = 'timestamp with time zone' AND is_generated = 'NEVER'
       AND table_name NOT IN ('_prisma_migrations', 'ServerSecret', 'WorkerPool', 'AuditEvent')`,
    );
    for (const { table, name } of columns) {
      await scratch.rows(`UPDATE "${table}" SET "${name}" = ("${name}" AT TIME ZONE 'UTC') AT TIME ZONE '${zone}'`);
    }
  }

  it('repairs what was written in that zone, once, and leaves everything else as it is', TIMEOUT, async () => {
    const { id } = await makeConversation(workspace, { expiresAt: '2999-12-03T05:30:00.123Z' });
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until: '2998-07-01T12:00:00.000Z' });
    const user = await makeUser(workspace);
    await succeed(workspace, DeactivateUserDocument, { userId: user.id });
    const right = await content();
    expect((await repair()).stdout).toBe('Nothing to do, no row was written in this time zone\n');

    await shiftAll();
    const wrong = await content();
    expect(wrong).not.toEqual(right);
    const found = await repair();
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Found 1 of Conversation$/m) });
    expect(await content()).toEqual(wrong);

    const applied = await repair('--apply');
    expect(applied).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Repaired 1 of Conversation$/m) });
    expect(await content()).toEqual(right);

    // A row of a later version, next to repaired ones.
    await makeConversation(workspace);
    const later = await content();
    expect((await repair('--apply')).stdout).toBe('Nothing to do, no row was written in this time zone\n');
    expect(await content()).toEqual(later);
  });
});
