import { PrismaPg } from '@prisma/adapter-pg';
import type { Logger } from 'pino';
import { type Prisma, PrismaClient } from '../generated/prisma/client.js';
import { cancellableConnections } from './cancellable-connection.js';
import { warnIfConnectionsShort } from './connection-limits.js';
import { openPool } from './pool.js';
import { isFrame, poolForPrisma } from './prisma-join.js';
import type { Reader } from './read-gate.js';
import { createReadiness, READINESS } from './readiness.js';
import { createReads, type Reads } from './reads.js';
import { directRoute, pooledRoute } from './route.js';
import { createTransactions, type RunTransaction } from './transaction.js';
import { timed, type Watch, watchedClient } from './watch.js';

/** What runs SQL: the client, or the transaction of an action. */
export type SqlClient = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>;

export type DatabaseOptions = {
  url: string;
  /** Of a pooler in transaction mode in front of the same database, which statements are to go through. */
  poolUrl?: string | undefined;
  /** Maximum number of connections. */
  poolSize: number;
  /** Whose reads run at the moment, to share the connections fairly; null for those of the server itself. */
  currentReader?: () => Reader | null;
  /** Called with the text of every SQL statement that is sent. */
  onStatement?: (sql: string) => void;
  /** Is told how long connections are waited for, and of statements from their sending to their result. */
  watch?: Watch;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onConnectionError?: (error: Error) => void;
  /** Called when PostgreSQL refuses a further connection, with the number of those that are open. */
  onShortage?: (open: number) => void;
  /** Called with what to do when the pooler begins to lend sessions that lack settings; their connections are refused. */
  onUnsettled?: (message: string) => void;
};

export type Database = Reads & {
  prisma: PrismaClient;
  /** Runs work in one transaction. */
  transaction: RunTransaction;
  poolSize: number;
  /** How many connections are busy or idle, and how many requests wait for one. */
  connections(): { busy: number; idle: number; waiting: number };
  /** Whether the database takes writes, as far as it answers within a second. */
  isReady(): Promise<boolean>;
  /** Warns if PostgreSQL allows fewer connections than its processes, of so many connections each, may open. */
  warnIfConnectionsShort(perProcess: number, log: Pick<Logger, 'warn'>): Promise<void>;
  close(): Promise<void>;
};

/**
 * For every transaction. Prisma's defaults of 2 and 5 seconds would end transactions that only a busy database delays.
 */
const transactionOptions = { maxWait: 10_000, timeout: 20_000 };
/** Opens a connection pool and a Prisma client on it. The first connection is made by the first statement. */
export function openDatabase({
  url,
  poolUrl,
  poolSize,
  currentReader = () => null,
  onStatement,
  watch = { statement: () => () => undefined, wait: () => undefined },
  onConnectionError,
  onShortage,
  onUnsettled,
}: DatabaseOptions): Database {
  const pooler =
    poolUrl === undefined ? null : pooledRoute(poolUrl, { onUnsettled: ({ message }) => onUnsettled?.(message) });
  const route = pooler ?? directRoute(url);
  const { names } = route;
  const { pool, connect } = openPool({
    ...route,
    size: poolSize,
    onError: (error) => onConnectionError?.(error),
    onShortage: (open) => onShortage?.(open),
  });
  const { reads, alone, statementOf } = createReads({
    poolSize,
    route,
    currentReader,
    withConnection: cancellableConnections(connect, route.cancel),
    watch,
    onStatement,
  });
  const connectInTurn = timed(connect, watch.wait);
  const connectPrisma = async () => watchedClient(await connectInTurn(), watch.statement);
  const readiness = createReadiness({ url, throughPool: alone, pooler });
  // Other error formats quote the arguments, which contain customer data that must not be logged.
  const adapter = new PrismaPg(poolForPrisma(pool, { query: alone, connect: connectPrisma }), {
    statementNameGenerator: names.own,
  });
  const prisma = onStatement
    ? observed(adapter, onStatement)
    : new PrismaClient({ adapter, errorFormat: 'minimal', transactionOptions });
  return {
    ...reads,
    prisma,
    transaction: createTransactions({
      connect: connectInTurn,
      watch: watch.statement,
      prisma,
      statementOf,
      timeoutMs: transactionOptions.timeout,
      onStatement,
      onStalePlan: names.renew,
    }),
    poolSize,
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    isReady: readiness.ask,
    warnIfConnectionsShort: async (perProcess, log) => {
      // Connects it, by which processes are counted.
      await readiness.ask();
      await warnIfConnectionsShort(reads.read, READINESS, { perProcess, log });
    },
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([pool.end(), route.close(), readiness.close()]);
    },
  };
}

function observed(adapter: PrismaPg, onStatement: (sql: string) => void): PrismaClient {
  const prisma = new PrismaClient({
    adapter,
    errorFormat: 'minimal',
    transactionOptions,
    log: [{ emit: 'event', level: 'query' }],
  });
  prisma.$on('query', ({ query }) => {
    if (!isFrame(query)) onStatement(query);
  });
  return prisma;
}

/** A value in the form that Prisma takes for a JSON column, as JSON.stringify would write it. */
export function toJson(value: object): Prisma.InputJsonObject {
  return JSON.parse(JSON.stringify(value));
}
