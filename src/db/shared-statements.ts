import pg from 'pg';
import type { WithConnection } from './cancellable-connection.js';
import type { Reader, ReadGate } from './read-gate.js';
import { resultOf } from './send-statement.js';
import { followsFailure, isStalePlan } from './sql-state.js';
import { type Watch, watched } from './watch.js';

/** Runs a statement outside of transactions. */
export type Query = (statement: pg.QueryConfig) => Promise<pg.QueryResult>;

type Options = {
  currentReader: () => Reader | null;
  gate: ReadGate;
  withConnection: WithConnection;
  /** Whether a connection is one session. If not, what is sent in one message must be one transaction. */
  keepsSession: boolean;
  watch: Watch;
  /** Called when a prepared statement returns other columns than when it was prepared. */
  onStalePlan: () => void;
};

/** A statement that waits for the others of its moment. */
type Waiting = {
  statement: pg.QueryConfig;
  resolve: (result: pg.QueryResult) => void;
  reject: (error: unknown) => void;
};

/** Runs the statements of callers, each of whom has a share of the connections. */
export function createSharedStatements(options: Options): {
  /** On a connection of its own. */
  alone: Query;
  /**
   * On one connection with all others of the caller that are sent at the same moment, as the loaders of a level send
   * theirs: what each costs the process is its way to the database and back, not the few rows that it finds.
   */
  together: Query;
} {
  const { currentReader, gate, withConnection, watch, onStalePlan } = options;
  const sendBatch = options.keepsSession ? sendTogether : sendInTransaction;
  const waiting = new Map<Reader, Waiting[]>();

  const run = <T>(reader: Reader | null, work: (client: pg.PoolClient) => Promise<T>): Promise<T> => {
    const began = performance.now();
    const begin = (client: pg.PoolClient) => {
      watch.wait(performance.now() - began);
      return work(client);
    };
    return reader ? gate(reader, () => withConnection(reader.signal, begin)) : withConnection(undefined, begin);
  };

  const query = (client: pg.PoolClient, statement: pg.QueryConfig) =>
    watched(watch.statement, statement.text, () => resultOf(client, statement));

  /** Runs a statement once more, without its name, after it was refused because it returns other columns now. */
  const anew = async (reader: Reader | null, statement: pg.QueryConfig, error: unknown): Promise<pg.QueryResult> => {
    if (!isStalePlan(error)) throw error;
    onStalePlan();
    return run(reader, (client) => query(client, { ...statement, name: undefined }));
  };

  const alone: Query = async (statement) => {
    const reader = currentReader();
    reader?.beforeRead?.();
    return run(reader, (client) => query(client, statement)).catch((error) => anew(reader, statement, error));
  };

  function send(reader: Reader): void {
    const batch = waiting.get(reader) ?? [];
    waiting.delete(reader);
    run(reader, (client) => sendBatch(client, batch, query)).catch((error: unknown) => {
      for (const { reject } of batch) reject(error);
    });
  }

  const together: Query = async (statement) => {
    const reader = currentReader();
    // The server itself works for many at the same time, who would wait for each other.
    if (!reader) return alone(statement);
    reader.beforeRead?.();
    const result = new Promise<pg.QueryResult>((resolve, reject) => {
      const batch = waiting.get(reader);
      if (batch) return void batch.push({ statement, resolve, reject });
      waiting.set(reader, [{ statement, resolve, reject }]);
      // Loaders begin on the queue of process.nextTick, which is worked off before that of microtasks.
      queueMicrotask(() => send(reader));
    });
    return result.catch((error: unknown) => anew(reader, statement, error));
  };

  return { alone, together };
}

type SendOne = (client: pg.PoolClient, statement: pg.QueryConfig) => Promise<pg.QueryResult>;

/** Sends statements in one piece. Each has a result or an error of its own. */
async function sendTogether(client: pg.PoolClient, batch: Waiting[], query: SendOne): Promise<void> {
  const { stream } = client.connection;
  stream.cork();
  const sent = batch.map(({ statement }) => query(client, statement));
  stream.uncork();
  for (const [index, { resolve, reject }] of batch.entries()) sent[index]?.then(resolve, reject);
  for (const result of await Promise.allSettled(sent)) {
    // The connection itself has failed.
    if (result.status === 'rejected' && !(result.reason instanceof pg.DatabaseError)) throw result.reason;
  }
}

/**
 * Sends statements in one piece, as a transaction: PgBouncer takes its session back once it has the result of all
 * statements that it knows of, even where the next one has begun to arrive. Those after one that failed are sent again.
 */
async function sendInTransaction(client: pg.PoolClient, batch: Waiting[], query: SendOne): Promise<void> {
  const [only, ...others] = batch;
  if (!only || others.length === 0) return sendTogether(client, batch, query);
  const again: Waiting[] = [];
  const withinIt = batch.map(
    (each): Waiting => ({
      ...each,
      reject: (error) => (followsFailure(error) ? again.push(each) : each.reject(error)),
    }),
  );
  const frame = (text: string): Waiting => ({ statement: { text }, resolve: () => undefined, reject: () => undefined });
  await sendTogether(client, [frame('BEGIN'), ...withinIt, frame('COMMIT')], query);
  for (const each of again) await sendTogether(client, [each], query);
}
