/** A kind of migration that may be applied beside servers, with a change of the largest table as an example. */
export type Kind = {
  name: string;
  sql: string;
  /** Whether it is applied while somebody reads the table in a long transaction, such as a backup. */
  besideReader?: boolean;
};

export const kinds: readonly Kind[] = [
  { name: 'add a column', sql: 'ALTER TABLE "Message" ADD COLUMN "benchText" TEXT' },
  {
    name: 'add a column with a default',
    sql: 'ALTER TABLE "Message" ADD COLUMN "benchCount" INTEGER NOT NULL DEFAULT 0',
  },
  {
    name: 'add a table that refers to it',
    sql: `CREATE TABLE "BenchTag" ("workspaceId" UUID NOT NULL, "messageId" UUID NOT NULL, tag TEXT NOT NULL,
            CONSTRAINT "BenchTag_pkey" PRIMARY KEY ("workspaceId", "messageId", tag));
          ALTER TABLE "BenchTag" ADD CONSTRAINT "BenchTag_fkey" FOREIGN KEY ("workspaceId", "messageId")
            REFERENCES "Message" ("workspaceId", id) ON DELETE NO ACTION ON UPDATE NO ACTION`,
  },
  {
    name: 'add a column with a constraint',
    sql: `ALTER TABLE "Message" ADD COLUMN "benchRating" INTEGER,
            ADD CONSTRAINT "Message_benchRating_check" CHECK ("benchRating" BETWEEN 1 AND 5) NOT VALID`,
  },
  { name: 'validate it', sql: 'ALTER TABLE "Message" VALIDATE CONSTRAINT "Message_benchRating_check"' },
  {
    name: 'add a foreign key',
    sql: `ALTER TABLE "Message" ADD COLUMN "benchUserId" UUID, ADD CONSTRAINT "Message_benchUserId_fkey"
            FOREIGN KEY ("workspaceId", "benchUserId") REFERENCES "User" ("workspaceId", id) NOT VALID`,
  },
  { name: 'validate it', sql: 'ALTER TABLE "Message" VALIDATE CONSTRAINT "Message_benchUserId_fkey"' },
  {
    name: 'build an index',
    sql: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS "Message_bench_idx" ON "Message" ("workspaceId", status, id)',
  },
  {
    name: 'build a full-text index',
    sql: `CREATE INDEX CONCURRENTLY IF NOT EXISTS "Message_bench_words_idx" ON "Message"
            USING gin ("workspaceId", parley_lexemes(text)) WHERE text IS NOT NULL`,
  },
  { name: 'drop an index', sql: 'DROP INDEX CONCURRENTLY IF EXISTS "Message_bench_words_idx"' },
  {
    name: 'add a trigger',
    sql: `CREATE FUNCTION bench_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
          CREATE TRIGGER bench_nothing AFTER INSERT ON "Message" FOR EACH STATEMENT EXECUTE FUNCTION bench_nothing()`,
  },
  { name: 'allow null', sql: 'ALTER TABLE "Message" ALTER COLUMN "benchCount" DROP NOT NULL' },
  {
    name: 'add a column while somebody reads for 5 s',
    sql: 'ALTER TABLE "Message" ADD COLUMN "benchOther" TEXT',
    besideReader: true,
  },
];
