import type { WithConnection } from './cancellable-connection.js';
import { createRead, createStatements, type Read, type StatementOf } from './read.js';
import { createReadGate, type Reader } from './read-gate.js';
import type { Route } from './route.js';
import { createSharedStatements, type Query } from './shared-statements.js';
import type { Watch } from './watch.js';

/** The ways to read outside of transactions. */
export type Reads = {
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
};

type Options = {
  /** How many connections the pool has, of which each caller gets a share. */
  poolSize: number;
  route: Pick<Route, 'names' | 'keepsSession'>;
  /** Whose reads run at the moment; null for those of the server itself. */
  currentReader: () => Reader | null;
  withConnection: WithConnection;
  watch: Watch;
  /** Called with the text of every statement that is sent. */
  onStatement: ((sql: string) => void) | undefined;
};

type Made = {
  reads: Reads;
  /** Runs a statement on a connection of its own. */
  alone: Query;
  statementOf: StatementOf;
};

/** Creates what reads over the connections of a pool. */
export function createReads({ poolSize, route, currentReader, withConnection, watch, onStatement }: Options): Made {
  const { names, keepsSession } = route;
  const { alone, together } = createSharedStatements({
    currentReader,
    gate: createReadGate(poolSize),
    withConnection,
    keepsSession,
    watch,
    onStalePlan: names.renew,
  });
  const seen =
    (query: Query): Query =>
    (statement) => {
      onStatement?.(statement.text);
      return query(statement);
    };
  const statementOf = createStatements(names.own);
  return {
    reads: {
      read: createRead(seen(alone), statementOf),
      readWritten: createRead(seen(alone), createStatements(names.written)),
      lookUp: createRead(seen(together), statementOf),
    },
    alone,
    statementOf,
  };
}
