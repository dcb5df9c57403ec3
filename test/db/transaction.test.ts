import { describe, expect, it } from 'vitest';
import { isOutage } from '../../src/db/outage.js';
import { isUniqueViolation } from '../../src/db/sql-state.js';
import type { Transaction } from '../../src/db/transaction.js';
import { useParley } from '../support/fixtures.js';

const parley = useParley();

const slugs = async (prefix: string) => {
  const rows = await parley.database.read<{ slug: string }>`
    SELECT slug FROM "Workspace" WHERE slug LIKE ${`${prefix}%`} ORDER BY slug`;
  return rows.map(({ slug }) => slug);
};

/** Adds a workspace without waiting for it. */
function add({ later }: Transaction, slug: string) {
  const now = new Date();
  return later<{ slug: string; createdAt: Date }>`
    INSERT INTO "Workspace" (id, name, slug, "createdAt", "updatedAt")
    VALUES (gen_random_uuid(), 'Test', ${slug}, ${now}, ${now}) RETURNING slug, "createdAt"`;
}

/** Adds a workspace as Prisma writes it. */
function create({ tx }: Transaction, slug: string) {
  const now = new Date();
  return tx.workspace.create({ data: { id: crypto.randomUUID(), name: 'Test', slug, createdAt: now, updatedAt: now } });
}

describe('a transaction', () => {
  it('gives the rows of statements that nobody waited for after it, and during it to whoever waits', async () => {
    const { early, rows } = await parley.database.transaction(async (transaction) => {
      const first = add(transaction, 'rows-1');
      const early = await first();
      return { early, rows: add(transaction, 'rows-2') };
    });
    expect(early).toEqual([{ slug: 'rows-1', createdAt: expect.any(Date) }]);
    expect(await rows()).toEqual([{ slug: 'rows-2', createdAt: expect.any(Date) }]);
    expect(await slugs('rows-')).toEqual(['rows-1', 'rows-2']);
  });

  it('is one, whether the driver or Prisma writes a statement', async () => {
    const seen = await parley.database.transaction(async (transaction) => {
      add(transaction, 'both-1');
      await create(transaction, 'both-2');
      return transaction.tx.workspace.count({ where: { slug: { startsWith: 'both-' } } });
    });
    expect(seen).toBe(2);
    expect(await slugs('both-')).toEqual(['both-1', 'both-2']);
  });

  it('leaves nothing behind if its work fails, whoever wrote it', async () => {
    const failed = parley.database.transaction(async (transaction) => {
      await add(transaction, 'failed-1')();
      await create(transaction, 'failed-2');
      add(transaction, 'failed-3');
      throw new Error('Changed my mind.');
    });
    await expect(failed).rejects.toThrow('Changed my mind.');
    expect(await slugs('failed-')).toEqual([]);
  });

  it('fails with the error of a statement that nobody waited for', async () => {
    await parley.database.transaction(async (transaction) => add(transaction, 'taken'));
    const atTheEnd = parley.database.transaction(async (transaction) => {
      add(transaction, 'taken');
      add(transaction, 'taken-too');
    });
    const before = parley.database.transaction(async (transaction) => {
      add(transaction, 'taken');
      await transaction.tx.$queryRaw`SELECT 1`;
    });
    const beforePrisma = parley.database.transaction(async (transaction) => {
      add(transaction, 'taken');
      await create(transaction, 'taken-too');
    });
    for (const failed of await Promise.allSettled([atTheEnd, before, beforePrisma])) {
      expect(failed).toMatchObject({ status: 'rejected', reason: expect.toSatisfy(isUniqueViolation) });
    }
    expect(await slugs('taken')).toEqual(['taken']);
  });

  it('fails if its work hides the error of a statement', async () => {
    const hidden = parley.database.transaction(async (transaction) => {
      await add(transaction, 'hidden')();
      await transaction.tx.$queryRaw`SELECT 1 / 0`.catch(() => undefined);
    });
    await expect(hidden).rejects.toThrow('division by zero');
    expect(await slugs('hidden')).toEqual([]);
  });

  it('fails as an outage if its connection breaks, and the next one goes over another', async () => {
    const broken = parley.database.transaction(async (transaction) => {
      await add(transaction, 'broken')();
      await transaction.tx.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`;
    });
    await expect(broken).rejects.toSatisfy(isOutage);
    await parley.database.transaction(async (transaction) => add(transaction, 'broken-not'));
    expect(await slugs('broken')).toEqual(['broken-not']);
  });
});
