import { expect, inject, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/db/client.js';
import type { Reader } from '../../src/db/read-gate.js';

const ada: Reader = { workspaceId: 'one', callerId: 'ada' };

function open(currentReader: () => Reader | null = () => ada) {
  const database = openDatabase({ url: inject('databaseUrl'), poolSize: 6, currentReader });
  onTestFinished(() => database.close());
  return database;
}

it('what a caller looks up at the same moment goes over one connection, and what it reads over several', async () => {
  const { lookUp, read } = open();
  const five = [1, 2, 3, 4, 5];
  const together = await Promise.all(
    five.map(
      (number) => lookUp<{ backend: number; number: number }>`
      SELECT pg_backend_pid() AS backend, ${number}::int AS number`,
    ),
  );
  expect(together.flat().map(({ number }) => number)).toEqual(five);
  expect(new Set(together.flat().map(({ backend }) => backend)).size).toBe(1);

  const apart = await Promise.all(
    five.map(() => read<{ backend: number }>`SELECT pg_backend_pid() AS backend, pg_sleep(0.01)`),
  );
  expect(new Set(apart.flat().map(({ backend }) => backend)).size).toBeGreaterThan(1);
});

it('different callers do not wait for each other', async () => {
  let reader = ada;
  const { lookUp } = open(() => reader);
  const backend = () => lookUp<{ backend: number }>`SELECT pg_backend_pid() AS backend, pg_sleep(0.01)`;
  const first = backend();
  reader = { workspaceId: 'one', callerId: 'bob' };
  const [[ofAda], [ofBob]] = await Promise.all([first, backend()]);
  expect(ofAda?.backend).not.toBe(ofBob?.backend);
});

it('one that fails leaves the others, and the connection, as they are', async () => {
  const { lookUp } = open();
  const ask = () => lookUp<{ backend: number }>`SELECT pg_backend_pid() AS backend`;
  const divide = (by: number) => lookUp<{ one: number }>`SELECT 1 / ${by}::int AS one`;
  const [before, failed, fine] = await Promise.allSettled([ask(), divide(0), divide(1)]);
  expect(failed).toMatchObject({ status: 'rejected', reason: { code: '22012' } });
  expect(fine).toEqual({ status: 'fulfilled', value: [{ one: 1 }] });
  expect({ status: 'fulfilled', value: await ask() }).toEqual(before);
});

it('all of them end with a connection that breaks, and the next go over another one', async () => {
  const { lookUp } = open();
  const backend = () => lookUp<{ backend: number }>`SELECT pg_backend_pid() AS backend`;
  const results = await Promise.allSettled([
    backend(),
    lookUp`SELECT pg_terminate_backend(pg_backend_pid())`,
    backend(),
  ]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await backend()).toHaveLength(1);
});

it('values are those that Prisma gives', async () => {
  const { prisma, read } = open();
  const query = (of: typeof read) => of<Record<string, unknown>>`
    SELECT 1::int8 AS big, 2::int4 AS small, 1.5::float8 AS real, true AS yes, NULL::text AS nothing, 'a'::text AS letter,
      ARRAY['a', NULL, 'b,"c"'] AS texts, '01a16c27-bef6-719b-9f17-a9338303c1ce'::uuid AS id,
      '{"a": [1, null]}'::jsonb AS json, 'OPEN'::"ConversationStatus" AS status,
      timestamptz '2026-02-03 04:05:06.789+01' AS late, timestamptz '2026-02-03 04:05:06Z' AS whole`;
  const byDriver = await query(read);
  expect(byDriver).toEqual(await query((strings, ...values) => prisma.$queryRaw(strings, ...values)));
  expect(byDriver[0]).toMatchObject({ big: 1n, late: new Date('2026-02-03T03:05:06.789Z') });
});
