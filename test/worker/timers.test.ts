import { describe, expect, it, vi } from 'vitest';
import { eventTypes, lastEvent } from '../domain/conversations/support/history.js';
import { TIMEOUT } from '../e2e/support/program.js';
import {
  CloseConversationDocument,
  ReopenConversationDocument,
  SnoozeConversationDocument,
  UpdateConversationDocument,
} from '../generated/operations.js';
import { succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { uuidOf } from '../support/ids.js';
import { makeConversation } from '../support/make.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { runJob } from './support/run-job.js';
import { PATIENCE } from './support/worker-process.js';

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url, config: { worker: true } });
const workspace = useWorkspace(parley);

/** Far enough ahead for a server that is busy: it refuses what is not later than now. */
const soon = () => new Date(Date.now() + 4_000).toISOString();
const never = '2999-01-01T00:00:00.000Z';

const becomes = (id: string, state: object) =>
  vi.waitFor(async () => expect(await readConversation(workspace, id)).toMatchObject(state), PATIENCE);

/** Waits until the timers of a conversation have gone off. */
const timersAreOver = (id: string) =>
  vi.waitFor(async () => {
    const timers = `SELECT FROM graphile_worker.jobs WHERE key LIKE '%:${uuidOf(id)}'`;
    expect(await database.rows(timers)).toEqual([]);
  }, PATIENCE);

describe.concurrent('a snoozed conversation', TIMEOUT, () => {
  it('is woken at its time by the system', async () => {
    const { id } = await makeConversation(workspace);
    const until = soon();
    await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
    await becomes(id, { status: 'OPEN', snoozedUntil: null, version: 3 });
    const event = await lastEvent(workspace, id);
    expect(event).toMatchObject({ type: 'conversation.woken', actor: { __typename: 'System' } });
    expect(event.occurredAt >= until).toBe(true);
  });

  it('is woken if it was snoozed by an update, and only at its latest time', async () => {
    const { id } = await makeConversation(workspace);
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: id,
      status: 'SNOOZED',
      snoozedUntil: never,
    });
    await succeed(workspace, UpdateConversationDocument, {
      conversationId: id,
      status: 'SNOOZED',
      snoozedUntil: soon(),
    });
    const other = await makeConversation(workspace);
    await succeed(workspace, SnoozeConversationDocument, { conversationId: other.id, until: soon() });
    await succeed(workspace, SnoozeConversationDocument, { conversationId: other.id, until: never });
    await becomes(id, { status: 'OPEN' });
    expect(await readConversation(workspace, other.id)).toMatchObject({ status: 'SNOOZED', snoozedUntil: never });
  });

  it('has one timer, however often it is snoozed', async () => {
    const { id } = await makeConversation(workspace);
    for (const year of [2997, 2998, 2999]) {
      await succeed(workspace, SnoozeConversationDocument, {
        conversationId: id,
        until: `${year}-01-01T00:00:00.000Z`,
      });
    }
    const timers = await database.rows<{ run_at: Date }>(
      `SELECT run_at FROM graphile_worker.jobs WHERE key LIKE '%${uuidOf(id)}%'`,
    );
    expect(timers).toEqual([{ run_at: new Date(never) }]);
  });

  it('stays unchanged at that time if it was woken or closed before', async () => {
    const woken = await makeConversation(workspace);
    const closed = await makeConversation(workspace);
    for (const { id } of [woken, closed])
      await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until: soon() });
    await succeed(workspace, ReopenConversationDocument, { conversationId: woken.id });
    await succeed(workspace, CloseConversationDocument, { conversationId: closed.id });
    for (const { id } of [woken, closed]) await timersAreOver(id);
    const begin = ['conversation.created', 'conversation.snoozed'];
    expect(await eventTypes(workspace, woken.id)).toEqual([...begin, 'conversation.woken']);
    expect(await eventTypes(workspace, closed.id)).toEqual([...begin, 'conversation.closed']);
  });

  it('is woken without a timer too, as after a bulk insert', async () => {
    const { id } = await makeConversation(workspace);
    await database.rows(`UPDATE "Conversation" SET status = 'SNOOZED', "snoozedUntil" = now() - interval '1 hour'
                         WHERE id = '${uuidOf(id)}'`);
    await runJob(database, 'catch-up-timers');
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', snoozedUntil: null });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.woken' });
  });

  it('is left alone while its workspace is being imported or deleted', async () => {
    const closed = await parley.newWorkspace();
    const { id } = await makeConversation(closed);
    await database.rows(`INSERT INTO "ClosedWorkspace" ("workspaceId", reason, "closedAt")
                         VALUES ('${uuidOf(closed.id)}', 'DELETING', now())`);
    await database.rows(`UPDATE "Conversation" SET status = 'SNOOZED', "snoozedUntil" = now() - interval '1 hour'
                         WHERE id = '${uuidOf(id)}'`);
    await runJob(database, 'catch-up-timers');
    const row = `SELECT status FROM "Conversation" WHERE id = '${uuidOf(id)}'`;
    expect(await database.rows(row)).toEqual([{ status: 'SNOOZED' }]);
    expect((await closed.post('{ viewer { __typename } }')).status).toBe(401);
    await database.rows(`DELETE FROM "ClosedWorkspace" WHERE "workspaceId" = '${uuidOf(closed.id)}'`);
    await runJob(database, 'catch-up-timers');
    expect(await readConversation(closed, id)).toMatchObject({ status: 'OPEN' });
  });
});

describe.concurrent('a conversation with an expiry time', TIMEOUT, () => {
  const expired = { status: 'CLOSED', closure: { resolution: 'EXPIRED', by: { id: expect.stringMatching(/^sys_/) } } };

  it.each(['OPEN', 'PENDING', 'SNOOZED'] as const)(
    'is closed at that time by the system if it is %s',
    async (status) => {
      const { id } = await makeConversation(workspace, { expiresAt: soon() });
      const until = status === 'SNOOZED' ? { snoozedUntil: never } : {};
      await succeed(workspace, UpdateConversationDocument, { conversationId: id, status, ...until });
      await becomes(id, expired);
      expect(await lastEvent(workspace, id)).toMatchObject({
        type: 'conversation.closed',
        actor: { __typename: 'System' },
      });
    },
  );

  it('can get another expiry time, or none, by an update', async () => {
    const sooner = await makeConversation(workspace, { expiresAt: never });
    const later = await makeConversation(workspace, { expiresAt: soon() });
    const none = await makeConversation(workspace, { expiresAt: soon() });
    await succeed(workspace, UpdateConversationDocument, { conversationId: later.id, expiresAt: never });
    await succeed(workspace, UpdateConversationDocument, { conversationId: none.id, expiresAt: null });
    await succeed(workspace, UpdateConversationDocument, { conversationId: sooner.id, expiresAt: soon() });
    await becomes(sooner.id, expired);
    await timersAreOver(none.id);
    expect(await readConversation(workspace, none.id)).toMatchObject({ status: 'OPEN' });
    expect(await readConversation(workspace, later.id)).toMatchObject({ status: 'OPEN' });
  });

  it('loses a past expiry time when reopened, and the log says so', async () => {
    const { id } = await makeConversation(workspace, { expiresAt: soon() });
    await becomes(id, expired);
    await succeed(workspace, ReopenConversationDocument, { conversationId: id });
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', expiresAt: null });
    expect(await lastEvent(workspace, id)).toMatchObject({ type: 'conversation.updated' });
    await runJob(database, 'catch-up-timers');
    expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN' });
  });

  it('keeps a future expiry time when closed and reopened', async () => {
    const { id } = await makeConversation(workspace, { expiresAt: soon() });
    await succeed(workspace, CloseConversationDocument, { conversationId: id });
    await succeed(workspace, ReopenConversationDocument, { conversationId: id });
    await becomes(id, expired);
  });

  it('is closed without a timer too', async () => {
    const { id } = await makeConversation(workspace);
    await database.rows(`UPDATE "Conversation" SET "expiresAt" = now() - interval '1 hour' WHERE id = '${uuidOf(id)}'`);
    await runJob(database, 'catch-up-timers');
    expect(await readConversation(workspace, id)).toMatchObject(expired);
  });
});

it('the worker continues after the database has dropped all connections', TIMEOUT, async () => {
  const { id } = await makeConversation(workspace);
  await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until: soon() });
  await database.rows(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                       WHERE backend_type = 'client backend' AND datname = current_database()
                         AND pid <> pg_backend_pid()`);
  await vi.waitFor(
    async () => expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN' }),
    PATIENCE,
  );
});

it('a failed job is logged, counted and retried later', TIMEOUT, async () => {
  const [job] = await database.rows<{ id: string }>(
    `SELECT id FROM graphile_worker.add_job('wake-conversation', '{"workspaceId": "none"}')`,
  );
  const state = `SELECT attempts, run_at > now() AS later, locked_by, last_error FROM graphile_worker.jobs WHERE id = ${job?.id}`;
  await vi.waitFor(async () => {
    const failed = { attempts: 1, later: true, locked_by: null, last_error: expect.stringContaining('conversationId') };
    expect(await database.rows(state)).toEqual([failed]);
  }, PATIENCE);
  const metrics = await (await fetch(new URL('/metrics', parley.url))).text();
  expect(metrics).toContain('parley_job_duration_seconds_count{job="wake-conversation",outcome="failed"} 1');
});
