import type pg from 'pg';
import type { Prisma } from '../generated/prisma/client.js';

/** One connection, which keeps its temporary tables from statement to statement. */
export type SqlSession = {
  /** Answers how many rows were written. */
  execute: (sql: string, ...parameters: unknown[]) => Promise<number>;
  query: <Row>(sql: string, ...parameters: unknown[]) => Promise<Row[]>;
};

export function sessionOfTransaction(tx: Prisma.TransactionClient): SqlSession {
  return {
    execute: (sql, ...parameters) => tx.$executeRawUnsafe(sql, ...parameters),
    query: (sql, ...parameters) => tx.$queryRawUnsafe(sql, ...parameters),
  };
}

export function sessionOfClient(client: pg.Client): SqlSession {
  return {
    execute: async (sql, ...parameters) => (await client.query(sql, parameters)).rowCount ?? 0,
    query: async (sql, ...parameters) => (await client.query(sql, parameters)).rows,
  };
}
