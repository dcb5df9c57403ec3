import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { expect, it } from 'vitest';
import { encodeId } from '../../src/lib/ids.js';
import { TIMEOUT } from '../e2e/support/program.js';
import { CreateConversationDocument, RevokeSessionTokenDocument } from '../generated/operations.js';
import { act, succeed } from '../support/act.js';
import { useParley, useWorkspace } from '../support/fixtures.js';
import { makeContact } from '../support/make.js';
import { startParley } from '../support/parley.js';
import { useScratchDatabase } from '../support/scratch-database.js';
import { makeToken } from '../support/token.js';
import { runJob } from './support/run-job.js';

const HOUR_MS = 60 * 60 * 1000;

const database = useScratchDatabase();
const parley = useParley({ databaseUrl: database.url });
const workspace = useWorkspace(parley);

/** Does a job as a worker would whose clock is some hours ahead. */
async function runLater(hours: number, name: string): Promise<void> {
  const clock = () => new Date(Date.now() + hours * HOUR_MS);
  const later = await startParley({ databaseUrl: database.url, clock, config: { worker: true } });
  try {
    await runJob(database, name);
  } finally {
    await later.stop();
  }
}

it(
  'idempotency keys are kept for 30 days and then removed, ids of clients as long as they can be used',
  TIMEOUT,
  async () => {
    const input = { subject: 'Once', idempotencyKey: randomUUID() };
    const first = await act(workspace, CreateConversationDocument, input);
    const uuid = uuidv7();
    await succeed(workspace, CreateConversationDocument, { id: encodeId('Conversation', uuid) });
    const claims = () => database.rows('SELECT key FROM "IdempotencyClaim" ORDER BY "createdAt"');
    await runLater(30 * 24, 'clean-idempotency');
    expect(await claims()).toEqual([{ key: input.idempotencyKey }, { key: ` ${uuid}` }]);
    expect(await act(workspace, CreateConversationDocument, input)).toEqual(first);
    await runLater(30 * 24 + 2, 'clean-idempotency');
    expect(await claims()).toEqual([{ key: ` ${uuid}` }]);
    await runLater(41 * 24 + 2, 'clean-idempotency');
    expect(await claims()).toEqual([]);
  },
);

it('the revocation of a session token is kept until the token has expired, and then removed', TIMEOUT, async () => {
  const { token } = await makeToken(workspace, { actorId: (await makeContact(workspace)).id, expiresInSeconds: 7200 });
  await succeed(workspace, RevokeSessionTokenDocument, { token });
  const revocations = () => database.rows('SELECT FROM "RevokedToken"');
  await runLater(2, 'clean-revoked-tokens');
  expect(await revocations()).toHaveLength(1);
  await runLater(4, 'clean-revoked-tokens');
  expect(await revocations()).toEqual([]);
});
