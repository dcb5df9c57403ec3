import type pg from 'pg';
import { resultOf } from './send-statement.js';

/** Called when a statement is sent, with its text, which contains no values. Returns what is called with its end. */
export type WatchStatement = (text: string) => (error?: unknown) => void;

/** Called with how long a statement outside of transactions, or a transaction, waited for its connection, in milliseconds. */
export type WatchWait = (ms: number) => void;

/** What is told of statements. */
export type Watch = { statement: WatchStatement; wait: WatchWait };

/** Runs a statement while it is watched. */
export async function watched<T>(watch: WatchStatement, text: string, run: () => Promise<T>): Promise<T> {
  const end = watch(text);
  try {
    const result = await run();
    end();
    return result;
  } catch (error) {
    end(error);
    throw error;
  }
}

/** A connection whose statements are watched, for those that Prisma sends. */
export function watchedClient(client: pg.PoolClient, watch: WatchStatement): pg.PoolClient {
  const query = (statement: pg.QueryConfig) => watched(watch, statement.text, () => resultOf(client, statement));
  return new Proxy(client, {
    get: (target, property): unknown => (property === 'query' ? query : Reflect.get(target, property)),
  });
}

/** Has waits for a connection told. */
export function timed(connect: () => Promise<pg.PoolClient>, wait: WatchWait): () => Promise<pg.PoolClient> {
  return async () => {
    const began = performance.now();
    const client = await connect();
    wait(performance.now() - began);
    return client;
  };
}
