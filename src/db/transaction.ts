import type pg from 'pg';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import { LateTransactionError, leavesConnectionUsable } from './outage.js';
import { joinPrisma } from './prisma-join.js';
import type { StatementOf, Value } from './read.js';
import { isStalePlan } from './sql-state.js';
import { createStatementQueue } from './statement-queue.js';
import { withRawStatements } from './transaction-client.js';
import type { WatchStatement } from './watch.js';

/**
 * Adds a statement whose rows the work does not need. It is sent in one message with the next one that is waited for, or
 * with COMMIT; if it fails, so does the transaction. Returns a function for the rows, which before the end of the
 * transaction sends what is not sent yet.
 */
export type Later = <Row>(strings: TemplateStringsArray, ...values: Value[]) => () => Promise<Row[]>;

/** An open transaction. */
export type Transaction = {
  /** Runs statements. Those of the same moment are sent in one message. */
  tx: Prisma.TransactionClient;
  later: Later;
};

/** Runs work in one transaction, which is rolled back if the work fails. */
export type RunTransaction = <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;

type Options = {
  connect: () => Promise<pg.PoolClient>;
  prisma: PrismaClient;
  statementOf: StatementOf;
  /** How long a transaction may take, in milliseconds. */
  timeoutMs: number;
  onStatement: ((sql: string) => void) | undefined;
  watch: WatchStatement;
  /** Called when a prepared statement returns other columns than when it was prepared. */
  onStalePlan: () => void;
};

/**
 * Creates what runs transactions by the driver. BEGIN is sent with the first statement, and COMMIT with the last ones.
 * On the way through Prisma, a statement would take more time than all else that the process does for it.
 */
export function createTransactions(options: Options): RunTransaction {
  return async (work) => {
    const client = await options.connect();
    const { transaction, commit, rollBack, close, leave } = openOn(client, options);
    let usable = true;
    try {
      const result = await work(transaction);
      await commit();
      return result;
    } catch (error) {
      usable = await rollBack();
      if (isStalePlan(error)) options.onStalePlan();
      throw error;
    } finally {
      close();
      await leave();
      client.release(!usable);
    }
  };
}

function openOn(client: pg.PoolClient, { prisma, statementOf, timeoutMs, onStatement, watch }: Options) {
  const queue = createStatementQueue(client, watch, onStatement);
  const deadline = Date.now() + timeoutMs;

  function add(statement: pg.QueryConfig): Promise<pg.QueryResult> {
    if (Date.now() > deadline) throw new LateTransactionError();
    return queue.add(statement);
  }

  /** The result, unless this statement failed or one before it that nobody has waited for. */
  async function resultOf(added: Promise<pg.QueryResult>): Promise<pg.QueryResult> {
    queue.flush();
    const result = await added.catch((error: unknown) => {
      throw queue.failure() ?? error;
    });
    const failure = queue.failure();
    if (failure !== undefined) throw failure;
    return result;
  }

  const run = async (statement: pg.QueryConfig) => resultOf(add(statement));
  const joined = joinPrisma(prisma, client, run);
  const later: Later = <Row>(strings: TemplateStringsArray, ...values: Value[]) => {
    const added = add(statementOf(Prisma.sql(strings, ...values)));
    return async () => {
      const { rows }: { rows: Row[] } = await resultOf(added);
      return rows;
    };
  };
  void add({ text: 'BEGIN' });
  return {
    transaction: { tx: withRawStatements(prisma, joined.tx, (sql) => run(statementOf(sql))), later },
    commit: async () => {
      const { command } = await run({ text: 'COMMIT' });
      // PostgreSQL says so if a statement had failed, whose error the work did not pass on.
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back.');
    },
    /** Returns whether the connection can be used again. */
    rollBack: async () => {
      if (!queue.drop()) return true;
      const rolledBack = queue.add({ text: 'ROLLBACK' });
      queue.flush();
      return rolledBack.then(
        () => queue.failure() === undefined || leavesConnectionUsable(queue.failure()),
        () => false,
      );
    },
    close: queue.close,
    leave: joined.leave,
  };
}
