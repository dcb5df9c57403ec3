import type pg from 'pg';
import type { Prisma } from '../generated/prisma/client.js';

/** One connection, on which temporary tables persist between statements. */
export type SqlSession = {
  /** Returns the number of rows written. */
  execute: (sql: string, ...parameters: unknown[]) => Promise<number>;
  query: <Row>(sql: string, ...parameters: unknown[]) => Promise<Row[]>;
  /** Runs some work in a new transaction, or in the current one if there is one. */
  transaction: <Result>(work: () => Promise<Result>) => Promise<Result>;
};

/** A session within an open transaction, which it never commits or rolls back. */
export function sessionOfTransaction(tx: Prisma.TransactionClient): SqlSession {
  return {
    execute: (sql, ...parameters) => tx.$executeRawUnsafe(sql, ...parameters),
    query: (sql, ...parameters) => tx.$queryRawUnsafe(sql, ...parameters),
    transaction: (work) => work(),
  };
}

/** A session on a connection of its own. */
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
