import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { PrismaClient } from '../generated/prisma/client.js';
import { settling } from './session-settings.js';

/** Whoever runs SQL: the client itself, or the transaction of an action. */
export type SqlClient = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>;

export type DatabaseOptions = {
  url: string;
  /** Connections at most. */
  poolSize: number;
  /** Called with the text of every SQL statement that is sent. */
  onStatement?: (sql: string) => void;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onConnectionError?: (error: Error) => void;
};

export type Database = {
  prisma: PrismaClient;
  poolSize: number;
  /** What the connections do now, and how many statements wait for one. */
  connections(): { busy: number; idle: number; waiting: number };
  close(): Promise<void>;
};

/** Of every transaction; Prisma's own limits of 2 and 5 seconds end what a busy database needs longer for. */
const transactionOptions = { maxWait: 10_000, timeout: 20_000 };
const MAX_NAMED_STATEMENTS = 500;
const UNNAMED = '';

/**
 * Names for prepared statements, so that PostgreSQL plans a repeated one once per connection. The number of names is
 * bounded, because a connection keeps every statement it has prepared.
 */
function statementNames(): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  return ({ sql }) => {
    const known = names.get(sql);
    if (known) return known;
    if (names.size >= MAX_NAMED_STATEMENTS) return UNNAMED;
    const name = `parley_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
    names.set(sql, name);
    return name;
  };
}

/** Opens the pool of connections and the Prisma client on it. Nothing connects before the first statement. */
export function openDatabase({ url, poolSize, onStatement, onConnectionError }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'parley',
    connectionTimeoutMillis: 10_000,
    // Longer than the server's own: only for a network that has gone silent.
    query_timeout: 40_000,
    verify: settling({ statementMs: 30_000, lockMs: 15_000, idleInTransactionMs: 60_000 }),
  });
  pool.on('error', (error) => onConnectionError?.(error));
  // Between the pool and whoever asked for a connection nobody listens to it: one that breaks just then would end the
  // process. Whoever gets it finds out with the first statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // The other formats of errors quote the arguments, which hold customers' data and have no place in a log.
  const adapter = new PrismaPg(pool, { statementNameGenerator: statementNames() });
  const prisma = onStatement
    ? observed(adapter, onStatement)
    : new PrismaClient({ adapter, errorFormat: 'minimal', transactionOptions });
  return {
    prisma,
    poolSize,
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close: async () => {
      await prisma.$disconnect();
      await pool.end();
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
  prisma.$on('query', (event) => onStatement(event.query));
  return prisma;
}
