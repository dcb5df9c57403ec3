import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SnoozeConversationDocument } from '../generated/operations.js';
import { connect, eventually, listen } from '../live/support/listen.js';
import { succeed } from '../support/act.js';
import { readConversation } from '../support/conversations.js';
import { makeConversation } from '../support/make.js';
import { startParley } from '../support/parley.js';
import { hasPgBouncer, type Pooler, sessionMode, startPooler, throughPooler } from '../support/pooler.js';
import { useScratchDatabase } from '../support/scratch-database.js';

describe.skipIf(!hasPgBouncer)('behind PgBouncer in session mode (only where it is installed)', () => {
  const scratch = useScratchDatabase({ empty: true });
  let pooler: Pooler | undefined;
  let url = '';
  beforeAll(async () => {
    pooler = await startPooler(scratch.url, sessionMode);
    url = throughPooler(scratch.url, pooler.port);
  });
  afterAll(() => pooler?.stop());

  it('a server migrates, limits its statements, notifies, and wakes conversations', { timeout: 60_000 }, async () => {
    const parley = await startParley({ databaseUrl: url, config: { worker: true, databasePoolSize: 6 } });
    try {
      const [limits] = await parley.database.prisma.$queryRaw<object[]>`
        SELECT current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock,
          current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('TimeZone') AS zone`;
      expect(limits).toEqual({ statement: '30s', lock: '15s', idle: '1min', zone: 'UTC' });

      const workspace = await parley.newWorkspace();
      const { id } = await makeConversation(workspace);
      const client = connect(parley.url, workspace.apiKey);
      const heard = listen(client, 'subscription { events { type } }', {});
      // A subscription begins after what is logged already.
      await eventually(() => parley.live.fanOut.size().subscribers === 1, 'the subscription');
      const until = new Date(Date.now() + 4_000).toISOString();
      await succeed(workspace, SnoozeConversationDocument, { conversationId: id, until });
      await heard.until(2);
      expect(await readConversation(workspace, id)).toMatchObject({ status: 'OPEN', snoozedUntil: null });
      await client.dispose();
    } finally {
      await parley.stop();
    }
  });
});
