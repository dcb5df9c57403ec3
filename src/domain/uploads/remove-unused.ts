import type { UploadStore } from '../../file-storage/store.js';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { takeUnused } from './unused-uploads.sql.js';

const BATCH = 100;

type Options = {
  prisma: PrismaClient;
  store: UploadStore;
  now: Date;
  /** Aborted if the work has to stop. */
  signal: AbortSignal;
};

/**
 * Removes the files and rows of uploads that no message uses. Several processes may run it at the same time; what an
 * aborted run leaves, the next one removes.
 */
export async function removeUnused({ prisma, store, now, signal }: Options): Promise<void> {
  await store.removePartialFiles();
  for (;;) {
    const unused = await takeUnused(prisma, now, BATCH);
    for (const { workspaceId, id, key } of unused) {
      signal.throwIfAborted();
      await store.remove({ workspaceId, key });
      await prisma.upload.deleteMany({ where: { workspaceId, id } });
    }
    if (unused.length < BATCH) return;
  }
}
