import { expect, it, vi } from 'vitest';
import { deleteWorkspace } from '../../../src/domain/workspaces/moving/delete-workspace.js';
import { createLocalStore } from '../../../src/file-storage/local/local-store.js';
import { createLog } from '../../../src/lib/logger.js';
import { useTemporaryDirectory } from '../../e2e/support/temporary-directory.js';
import { CreateUploadDocument } from '../../generated/operations.js';
import { succeed } from '../../support/act.js';
import { uuidOf } from '../../support/ids.js';
import { startParley } from '../../support/parley.js';
import { useScratchDatabase, withClient } from '../../support/scratch-database.js';
import { filesIn, put, upload } from '../uploads/support/upload.js';

const database = useScratchDatabase();
const directory = useTemporaryDirectory();

it('a file that is stored by a URL from before its workspace was deleted is removed once that has ended', async () => {
  const uploads = { kind: 'local' as const, directory: directory() };
  const parley = await startParley({ databaseUrl: database.url, config: { worker: true, uploads } });
  try {
    const workspace = await parley.newWorkspace('Gone');
    const kept = await parley.newWorkspace('Kept');
    await upload(workspace, 'stored before');
    await upload(kept, 'of others');
    const handedOut = await succeed(workspace, CreateUploadDocument, { extension: 'txt' });
    const log = createLog('silent');
    const store = createLocalStore({
      directory: directory(),
      secret: new Uint8Array(32),
      clock: () => new Date(),
      log,
    });
    await withClient(database.url, (client) =>
      deleteWorkspace({ client, store, workspace: workspace.id, confirmedBy: 'gone' }),
    );
    expect(await filesIn(directory())).toHaveLength(1);
    expect((await put(handedOut, 'stored afterwards')).status).toBe(201);
    expect(await filesIn(directory())).toHaveLength(2);
    const waiting = await database.rows<{ id: string; late: boolean }>(
      `SELECT j.id, j.run_at > now() + interval '1 hour' AS late FROM graphile_worker._private_jobs j
       WHERE j.payload->>'workspaceId' = '${uuidOf(workspace.id)}'`,
    );
    expect(waiting).toEqual([{ id: expect.anything(), late: true }]);
    await database.rows(`SELECT graphile_worker.reschedule_jobs(ARRAY[${waiting[0]?.id}], run_at => now())`);
    await vi.waitFor(async () => expect(await filesIn(directory())).toHaveLength(1), { timeout: 30_000, interval: 50 });
  } finally {
    await parley.stop();
  }
});
