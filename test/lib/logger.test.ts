import pg from 'pg';
import { expect, inject, it } from 'vitest';
import { describeError } from '../../src/lib/logger.js';
import { useParley } from '../support/fixtures.js';

const parley = useParley();

const WRITTEN = 'what a customer wrote';
const statements = [
  `SELECT $1::text::uuid`,
  `SELECT $1::text::timestamptz`,
  `SELECT $1::text::jsonb`,
  `SELECT ($1::text || ' <->')::tsquery`,
  `SELECT to_tsquery($1::text || ' :x')`,
];

it.each(statements)('an error of %s is logged without the value that it quotes', async (sql) => {
  const client = new pg.Client({ connectionString: inject('databaseUrl') });
  await client.connect();
  const ofDriver: unknown = await client.query(sql, [WRITTEN]).catch((error: unknown) => error);
  await client.end();
  const ofPrisma: unknown = await parley.database.prisma.$queryRawUnsafe(sql, WRITTEN).catch((error: unknown) => error);
  for (const error of [ofDriver, ofPrisma]) {
    expect(error).toBeInstanceOf(Error);
    expect(JSON.stringify(describeError(error))).not.toContain('customer');
    expect(JSON.stringify(describeError(error))).toMatch(/22P02|22007|42601/);
  }
});

it('an error about the schema still says what is missing', async () => {
  const error: unknown = await parley.database.prisma.$queryRaw`SELECT * FROM "Nowhere"`.catch(
    (cause: unknown) => cause,
  );
  expect(JSON.stringify(describeError(error))).toContain('Nowhere');
});
