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

  it('fails with that error also where the next statement fails for another reason', async () => {
    await parley.database.transaction(async (transaction) => add(transaction, 'first'));
    const failed = parley.database.transaction(async ({ later, tx }) => {
      add({ later, tx }, 'first');
      const slug = 'first-too';
      // Not prepared by the first, which is refused, so that there is nothing for the second to run.
      const both = [1, 2].map(() => tx.$queryRaw`SELECT id FROM "Workspace" WHERE slug = ${slug} AND name <> ''`);
      await Promise.allSettled(both);
      await both[1];
    });
    await expect(failed).rejects.toSatisfy(isUniqueViolation);
  });

  it('leaves nothing behind if the driver refuses a value, nor a connection that has missed it', async () => {
    const refused = { toPostgres: () => expect.fail('Not a value.') };
    const transactions = Array.from({ length: 8 }, () =>
      parley.database.transaction(async (transaction) => {
        add(transaction, `refused-${crypto.randomUUID()}`);
        transaction.later`UPDATE "Workspace" SET slug = slug WHERE slug = ${refused}`;
      }),
    );
    for (const { status } of await Promise.allSettled(transactions)) expect(status).toBe('rejected');
    expect(await slugs('refused-')).toEqual([]);
  });

  it('refuses a statement after its end, which would run in the next one of its connection', async () => {
    let late = async (): Promise<unknown> => undefined;
    const failed = parley.database.transaction(async (transaction) => {
      late = () => create(transaction, 'late-1');
      await add(transaction, 'late-2')();
      throw new Error('Changed my mind.');
    });
    await expect(failed).rejects.toThrow('Changed my mind.');
    await expect(late()).rejects.toThrow();
    await parley.database.transaction(async ({ tx }) => {
      late = () => tx.$executeRaw`DELETE FROM "Workspace" WHERE slug LIKE 'late-%'`;
    });
    await expect(late()).rejects.toThrow('The transaction has ended.');
    expect(await slugs('late-')).toEqual([]);
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

  it('refuses what would run outside of it', async () => {
    const outside = parley.database.transaction(async ({ tx }) => Reflect.get(tx, '$queryRawUnsafe'));
    await expect(outside).rejects.toThrow('$queryRawUnsafe is not for transactions.');
  });
});
