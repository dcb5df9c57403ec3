import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../src/db/client.js';
import { isOutage } from '../../src/db/outage.js';
import { useScratchDatabase } from '../support/scratch-database.js';

const scratch = useScratchDatabase({ empty: true });
const opened: Database[] = [];
afterAll(async () => {
  for (const database of opened) await database.close();
});

/** A pool of its own, as a process has. */
function open(url: string): Database['prisma'] {
  const database = openDatabase({ url, poolSize: 1 });
  opened.push(database);
  return database.prisma;
}

const failureOf = (statement: Promise<unknown>) =>
  statement.then(
    () => {
      throw new Error('The statement succeeded.');
    },
    (error: unknown) => error,
  );

/** Ends the connections that somebody has. */
const endOthers = () =>
  scratch.rows(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
       AND application_name = 'parley'`,
  );

describe('a database outage is recognized', () => {
  it('when nothing listens on the port', async () => {
    const prisma = open('postgresql://nobody@127.0.0.1:1/nothing');
    expect(isOutage(await failureOf(prisma.$queryRaw`SELECT 1`))).toBe(true);
    expect(isOutage(await failureOf(prisma.eventHead.count()))).toBe(true);
  });

  it('when the connection ends before it answers', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    expect(isOutage(await failureOf(open(`postgresql://nobody@127.0.0.1:${port}/nothing`).$queryRaw`SELECT 1`))).toBe(
      true,
    );
    server.close();
  });

  it('when the database does not exist', async () => {
    const url = Object.assign(new URL(scratch.url), { pathname: '/parley_is_not_there' }).href;
    expect(isOutage(await failureOf(open(url).$queryRaw`SELECT 1`))).toBe(true);
  });

  it('when the connection is ended within a transaction', async () => {
    const prisma = open(scratch.url);
    const inTransaction = prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1`;
      await endOthers();
      await tx.$queryRaw`SELECT 1`;
    });
    expect(isOutage(await failureOf(inTransaction))).toBe(true);
  });

  it('when a statement takes too long or waits too long for a lock', async () => {
    const prisma = open(scratch.url);
    const tooLong = prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL statement_timeout = 20`;
      await tx.$queryRaw`SELECT pg_sleep(60)::text`;
    });
    expect(isOutage(await failureOf(tooLong))).toBe(true);
  });
});

describe('a database outage is not reported for', () => {
  it('an invalid statement or values that do not fit', async () => {
    const prisma = open(scratch.url);
    expect(isOutage(await failureOf(prisma.$queryRaw`SELEC`))).toBe(false);
    expect(isOutage(await failureOf(prisma.$queryRaw`SELECT 'no uuid'::uuid`))).toBe(false);
    expect(isOutage(await failureOf(prisma.eventHead.count()))).toBe(false);
  });

  it('an error of our own code', () => {
    expect(isOutage(new TypeError('Cannot read properties of undefined'))).toBe(false);
    expect(isOutage(undefined)).toBe(false);
  });
});
