import { expect, vi } from 'vitest';
import type { ScratchDatabase } from '../../support/scratch-database.js';
import { PATIENCE } from './worker-process.js';

/** Begins a job now that would begin by itself later, and waits until a worker has done it. */
export async function runJob(database: ScratchDatabase, name: string): Promise<void> {
  const [job] = await database.rows<{ id: string }>(`SELECT id FROM graphile_worker.add_job('${name}')`);
  await vi.waitFor(
    async () =>
      expect(await database.rows(`SELECT last_error FROM graphile_worker.jobs WHERE id = ${job?.id}`)).toEqual([]),
    PATIENCE,
  );
}
