import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import type { Prisma, PrismaClient } from '../generated/prisma/client.js';
import type { Query } from './shared-statements.js';

/** The connection on which Prisma is to begin its transaction, instead of one of the pool. */
const lent = new AsyncLocalStorage<pg.PoolClient>();

type Ways = { query: Query; connect: () => Promise<pg.PoolClient> };

/** The pool as Prisma uses it: statements and connections take our ways, and it joins transactions that are open already. */
export function poolForPrisma(pool: pg.Pool, { query, connect: connectAnew }: Ways): pg.Pool {
  const connect = async () => lent.getStore() ?? connectAnew();
  return new Proxy(pool, {
    get: (target, property): unknown => {
      if (property === 'query') return query;
      return property === 'connect' ? connect : Reflect.get(target, property);
    },
  });
}

const FRAME = new Set(['BEGIN', 'COMMIT', 'ROLLBACK']);
const nothing: pg.QueryResult = { command: '', rowCount: 0, oid: 0, fields: [], rows: [] };

/** Whether a statement begins or ends a transaction. */
export function isFrame(sql: string): boolean {
  return FRAME.has(sql);
}

/** The connection of an open transaction for Prisma, which neither begins nor ends the transaction. */
function connectionFor(client: pg.PoolClient, send: Query): pg.PoolClient {
  const query: Query = async (statement) => (isFrame(statement.text) ? nothing : send(statement));
  return new Proxy(client, {
    get: (target, property): unknown => {
      if (property === 'query') return query;
      return property === 'release' ? () => undefined : Reflect.get(target, property);
    },
  });
}

export type JoinedPrisma = {
  /** A transaction of Prisma, opened on first use. */
  tx: () => Promise<Prisma.TransactionClient>;
  /** Lets Prisma forget the transaction. */
  leave: () => Promise<void>;
};

/** Lets Prisma take part in a transaction of the driver, for statements that it writes itself. */
export function joinPrisma(prisma: PrismaClient, client: pg.PoolClient, send: Query): JoinedPrisma {
  let joined: Promise<Prisma.TransactionClient> | undefined;
  let left: Promise<void> | undefined;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });

  const join = () =>
    new Promise<Prisma.TransactionClient>((resolve, reject) => {
      left = lent
        .run(connectionFor(client, send), () =>
          prisma.$transaction((tx) => {
            resolve(tx);
            return ended;
          }),
        )
        .catch(reject);
    });

  return {
    tx: () => {
      joined ??= join();
      return joined;
    },
    leave: async () => {
      end();
      await left;
    },
  };
}
