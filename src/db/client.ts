import { createHash } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { type Prisma, PrismaClient } from '../generated/prisma/client.js';
import { cancellableConnections, createCanceller } from './cancellable-connection.js';
import { isFrame, poolForPrisma } from './prisma-join.js';
import { createRead, createStatements, type Read } from './read.js';
import { createReadGate, type Reader } from './read-gate.js';
import { type SessionLimits, settleSession } from './session-settings.js';
import { createSharedStatements, type Query } from './shared-statements.js';
import { createTransactions, type RunTransaction } from './transaction.js';

/** What runs SQL: the client, or the transaction of an action. */
export type SqlClient = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>;

export type DatabaseOptions = {
  url: string;
  /** Maximum number of connections. */
  poolSize: number;
  /** Whose reads run at the moment, to share the connections fairly; null for those of the server itself. */
  currentReader?: () => Reader | null;
  /** Called with the text of every SQL statement that is sent. */
  onStatement?: (sql: string) => void;
  /** Called when an idle connection breaks; the pool replaces it by itself. */
  onConnectionError?: (error: Error) => void;
};

export type Database = {
  prisma: PrismaClient;
  /** Reads rows, without Prisma. */
  read: Read;
  /**
   * As `read`, for statements that write what a client has selected. There are as many as clients have documents, so
   * they must not take the names of all others.
   */
  readWritten: Read;
  /**
   * Reads rows that are found by keys, in one message with what else the caller looks up at the moment. Not for what
   * may take long, as the others wait for it.
   */
  lookUp: Read;
  /** Runs work in one transaction. */
  transaction: RunTransaction;
  poolSize: number;
  /** How many connections are busy or idle, and how many requests wait for one. */
  connections(): { busy: number; idle: number; waiting: number };
  /** Whether the database answers a statement. */
  responds(): Promise<boolean>;
  close(): Promise<void>;
};

/**
 * For every transaction. Prisma's defaults of 2 and 5 seconds would end transactions that only a busy database delays.
 */
const transactionOptions = { maxWait: 10_000, timeout: 20_000 };
const LIMITS: SessionLimits = { statementMs: 30_000, lockMs: 15_000, idleInTransactionMs: 60_000 };
/** How many statements may have a name, and how long they may be together. */
type NameLimits = { statements: number; characters: number };

const OWN_STATEMENTS: NameLimits = { statements: 500, characters: Number.POSITIVE_INFINITY };
/** A connection takes some 40 bytes for each of their characters. */
const WRITTEN_STATEMENTS: NameLimits = { statements: 200, characters: 400_000 };
const UNNAMED = '';

/**
 * Creates names for prepared statements, so that PostgreSQL plans a repeated statement once per connection. They are
 * limited, because a connection keeps every statement it has prepared.
 */
function statementNames(limits: NameLimits): (query: { sql: string }) => string {
  const names = new Map<string, string>();
  let characters = 0;
  return ({ sql }) => {
    const known = names.get(sql);
    if (known) return known;
    if (names.size >= limits.statements || characters + sql.length > limits.characters) return UNNAMED;
    characters += sql.length;
    const name = `parley_${createHash('sha256').update(sql).digest('hex').slice(0, 24)}`;
    names.set(sql, name);
    return name;
  };
}

/** Opens a connection pool and a Prisma client on it. The first connection is made by the first statement. */
export function openDatabase({
  url,
  poolSize,
  currentReader = () => null,
  onStatement,
  onConnectionError,
}: DatabaseOptions): Database {
  const backends = new WeakMap<pg.ClientBase, number>();
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'parley',
    // Statements are sent without waiting for the results of those before.
    pipeline: true,
    connectionTimeoutMillis: 10_000,
    // Longer than the server's limit: applies only if the network no longer responds.
    query_timeout: 40_000,
    // Not `verify`, which loses the connection if the caller stops waiting for it meanwhile.
    onConnect: async (client) => {
      const backend = await settleSession(client, LIMITS);
      if (backend !== undefined) backends.set(client, backend);
    },
  });
  pool.on('error', (error) => onConnectionError?.(error));
  // A connection that breaks while the pool hands it out has no other listener, and would end the process. Its user
  // notices with the first statement.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const canceller = createCanceller(url);
  const { alone, together } = createSharedStatements({
    currentReader,
    gate: createReadGate(poolSize),
    withConnection: cancellableConnections(pool, {
      backendOf: (client) => backends.get(client),
      cancel: canceller.cancel,
    }),
  });
  const seen =
    (query: Query): Query =>
    (statement) => {
      onStatement?.(statement.text);
      return query(statement);
    };
  const nameOf = statementNames(OWN_STATEMENTS);
  // Other error formats quote the arguments, which contain customer data that must not be logged.
  const adapter = new PrismaPg(poolForPrisma(pool, alone), { statementNameGenerator: nameOf });
  const prisma = onStatement
    ? observed(adapter, onStatement)
    : new PrismaClient({ adapter, errorFormat: 'minimal', transactionOptions });
  const statementOf = createStatements(nameOf);
  return {
    prisma,
    read: createRead(seen(alone), statementOf),
    readWritten: createRead(seen(alone), createStatements(statementNames(WRITTEN_STATEMENTS))),
    lookUp: createRead(seen(together), statementOf),
    transaction: createTransactions({ pool, prisma, statementOf, timeoutMs: transactionOptions.timeout, onStatement }),
    poolSize,
    connections: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    responds: () =>
      prisma.$queryRaw`SELECT 1`.then(
        () => true,
        () => false,
      ),
    close: async () => {
      await prisma.$disconnect();
      await Promise.all([pool.end(), canceller.close()]);
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
