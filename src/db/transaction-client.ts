import type pg from 'pg';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { Value } from './read.js';

type Run = (sql: Prisma.Sql) => Promise<pg.QueryResult>;

/** What both ways to write a statement give: a template, or a statement that was put together before. */
function sqlOf(first: TemplateStringsArray | Prisma.Sql, values: Value[]): Prisma.Sql {
  return first instanceof Prisma.Sql ? first : Prisma.sql(first, ...values);
}

/** The client of a transaction: the driver runs statements that are written in SQL, and Prisma runs those of models. */
export function withRawStatements(
  prisma: PrismaClient,
  joined: () => Promise<Prisma.TransactionClient>,
  run: Run,
): Prisma.TransactionClient {
  const raw = new Map<string | symbol, unknown>([
    [
      '$queryRaw',
      async (first: TemplateStringsArray | Prisma.Sql, ...values: Value[]) => (await run(sqlOf(first, values))).rows,
    ],
    [
      '$executeRaw',
      async (first: TemplateStringsArray | Prisma.Sql, ...values: Value[]) =>
        (await run(sqlOf(first, values))).rowCount ?? 0,
    ],
  ]);
  const model = (target: object, name: string | symbol) =>
    new Proxy(target, {
      get: (_target, operation) => async (argument: unknown) => {
        const delegate = Reflect.get(await joined(), name);
        return Reflect.apply(Reflect.get(delegate, operation), delegate, [argument]);
      },
    });
  return new Proxy(prisma, {
    get: (target, name): unknown => {
      if (raw.has(name)) return raw.get(name);
      // Anything else that is no model would run outside of the transaction.
      if (typeof name !== 'string' || name.startsWith('$')) throw new Error(`${String(name)} is not for transactions.`);
      return model(Reflect.get(target, name), name);
    },
  });
}
