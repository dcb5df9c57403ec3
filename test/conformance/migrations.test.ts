import { describe, expect, it } from 'vitest';
import { readMigrations } from '../../src/db/migrate/migrations.js';
import { statementsOf } from '../../src/db/migrate/statements.js';
import { breaches } from './support/expand-only.js';

/** The last one of before the rule, when there was no release that could have run beside them. */
const LAST_BEFORE = '20261129180000_kept_outcomes';

describe('migrations', () => {
  it('only expand, as processes of the version before run beside them', async () => {
    const migrations = (await readMigrations()).filter(({ name }) => name > LAST_BEFORE);
    expect(migrations.flatMap(({ name, sql }) => breaches(sql).map((breach) => `${name}: ${breach}`))).toEqual([]);
  });

  it.each([
    'ALTER TABLE "Contact" DROP COLUMN "name"',
    'ALTER TABLE "Contact" ADD COLUMN "nick" TEXT, DROP COLUMN "name"',
    'ALTER TABLE "Contact" RENAME COLUMN "name" TO "title"',
    'ALTER TABLE "Contact" RENAME TO "Person"',
    'ALTER INDEX "a" RENAME TO "b"',
    "ALTER TYPE \"UserRole\" RENAME VALUE 'AGENT' TO 'MEMBER'",
    'DROP TABLE "Contact"',
    'DROP FUNCTION "f"()',
    'ALTER TABLE "Contact" ALTER COLUMN "name" TYPE VARCHAR(10)',
    'ALTER TABLE "Contact" ALTER COLUMN "name" SET DATA TYPE VARCHAR(10)',
    'ALTER TABLE "Contact" ALTER COLUMN "name" SET NOT NULL',
    'ALTER TABLE "Contact" ALTER COLUMN "name" DROP DEFAULT',
    'ALTER TABLE "Contact" ADD COLUMN "nick" TEXT NOT NULL',
    'ALTER TABLE "Contact" ADD CONSTRAINT "c" CHECK (length("name") < 5)',
    'ALTER TABLE "Contact" ADD CONSTRAINT "c" CHECK (length("name") < 5) NOT VALID',
    'ALTER TABLE "Contact" ADD COLUMN "nick" TEXT, ADD CONSTRAINT "c" CHECK (length("nick") < 5)',
    'CREATE INDEX "i" ON "Contact" ("name")',
    'CREATE INDEX CONCURRENTLY "i" ON "Contact" ("name")',
    'DROP INDEX "i"',
    'DROP INDEX CONCURRENTLY IF EXISTS "i"; SELECT 1',
    'TRUNCATE "Contact"',
  ])('that would not are found: %s', (sql) => {
    expect(breaches(sql)).not.toEqual([]);
  });

  it.each([
    'ALTER TABLE "Contact" ADD COLUMN "nick" TEXT',
    'ALTER TABLE "Contact" ADD COLUMN "nick" TEXT NOT NULL DEFAULT \'none\'',
    'ALTER TABLE "Contact" ADD COLUMN "nick" TEXT, ADD CONSTRAINT "c" CHECK (length("nick") < 5) NOT VALID',
    'ALTER TABLE "Contact" VALIDATE CONSTRAINT "c"',
    'ALTER TABLE "Contact" ALTER COLUMN "name" DROP NOT NULL',
    'CREATE TABLE "Tag" ("id" UUID NOT NULL); CREATE INDEX "t" ON "Tag" ("id"); ALTER TABLE "Tag" ADD CONSTRAINT "c" CHECK ("id" IS NOT NULL)',
    'CREATE INDEX CONCURRENTLY IF NOT EXISTS "i" ON "Contact" ("name")',
    'DROP INDEX CONCURRENTLY IF EXISTS "i"',
    "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'DROP TABLE; x' $$",
    '-- Harmless: nothing has read this column since the version of last year.\nALTER TABLE "Contact" DROP COLUMN "old"',
  ])('that do are let through: %s', (sql) => {
    expect(breaches(sql)).toEqual([]);
  });

  it('are divided into statements, whatever these contain', () => {
    const sql = `-- One; two\nSELECT ';', "a;b", $x$ ; $x$ /* ; */; SELECT 'it''s;'\n;;`;
    expect(statementsOf(sql)).toEqual([`SELECT ';', "a;b", $x$ ; $x$`, "SELECT 'it''s;'"]);
  });
});
