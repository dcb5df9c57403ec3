import { describe, expect, it } from 'vitest';
import { TIMEOUT } from '../e2e/support/program.js';
import { AuditEventsDocument } from '../generated/operations.js';
import { ask } from '../support/act.js';
import { useFreshWorkspace, useParley } from '../support/fixtures.js';
import { makeUser } from '../support/make.js';
import { nodesOf } from '../support/nodes-of.js';
import { startParley } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { runJob } from './support/run-job.js';

const DAY_MS = 24 * 60 * 60 * 1000;

const database = useScratchDatabase();
let now = new Date('2026-01-01T00:00:00Z');
const parley = useParley({ databaseUrl: database.url, clock: () => now });
const workspace = useFreshWorkspace(parley);

async function trim(auditDays: number | undefined): Promise<void> {
  const config = { worker: true, auditDays };
  const worker = await startParley({ databaseUrl: database.url, clock: () => now, config });
  try {
    await runJob(database, 'trim-audit');
  } finally {
    await worker.stop();
  }
}

const targets = async () =>
  nodesOf(await ask(workspace, AuditEventsDocument, { filter: { actions: ['user.created'] } })).map(
    ({ targetId }) => targetId,
  );

describe('a worker', TIMEOUT, () => {
  it('trims the audit log to AUDIT_DAYS, and keeps all of it without', async () => {
    const old = await makeUser(workspace);
    now = new Date(now.getTime() + 401 * DAY_MS);
    const recent = await makeUser(workspace);
    await trim(undefined);
    expect(await targets()).toEqual([recent.id, old.id]);
    await trim(400);
    expect(await targets()).toEqual([recent.id]);
  });
});
