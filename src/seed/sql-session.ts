import type pg from 'pg';
import type { Prisma } from '../generated/prisma/client.js';

/** One connection, which keeps its temporary tables from statement to statement. */
export type SqlSession = {
  /** Answers how many rows were written. */
  execute: (sql: string, ...parameters: unknown[]) => Promise<number>;
  query: <Row>(sql: string, ...parameters: unknown[]) => Promise<Row[]>;
  /** Runs a piece of work in a transaction of its own, or in the one that there is. */
  transaction: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

/** A session inside a transaction, in which everything stays. */
export function sessionOfTransaction(tx: Prisma.TransactionClient): SqlSession {
  return {
    execute: (sql, ...parameters) => tx.$executeRawUnsafe(sql, ...parameters),
    query: (sql, ...parameters) => tx.$queryRawUnsafe(sql, ...parameters),
    transaction: (work) => work(),
  };
}

export function sessionOfClient(client: pg.Client): SqlSession {
  return {
    execute: async (sql, ...parameters) => (await client.query(sql, parameters)).rowCount ?? 0,
    query: async (sql, ...parameters) => (await client.query(sql, parameters)).rows,
    transaction: async (work) => {
      await client.query('BEGIN');
      try {
        const result = await work();
        await client.query('COMMIT');
        return result;
      } catch (error) {
        await client.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    },
  };
}
