import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { type ExecutionResult, print } from 'graphql';
import { inject } from 'vitest';
import { type App, type AppOptions, startApp } from '../../src/app.js';
import type { Config } from '../../src/config.js';
import { type Database, openDatabase } from '../../src/db/client.js';
import { createWorkspace } from '../../src/domain/workspaces/create-workspace.js';
import { poolUrlFor } from './pooler.js';

type Answer<Result> = { status: number; headers: Headers; body: ExecutionResult<Result> };

/** A workspace of a test's own, and a client with its key. */
export type TestWorkspace = {
  id: string;
  apiKey: string;
  /** Sends anything and answers all that came back. Another key, or none (null), may be shown. */
  post: <Result = Record<string, unknown>>(
    query: string,
    variables?: object,
    key?: string | null,
  ) => Promise<Answer<Result>>;
  /** Runs a typed operation and answers its data; fails the test on a top-level error. */
  run: <Result, Variables extends object>(
    document: TypedDocumentNode<Result, Variables>,
    variables: Variables,
    key?: string,
  ) => Promise<Result>;
};

export type TestServer = {
  url: string;
  /** For looking at rows behind the server's back. */
  database: Database;
  newWorkspace: (name?: string) => Promise<TestWorkspace>;
  /** The same workspace through this server, by the key that is given: another process, or another caller. */
  connect: (workspace: Pick<TestWorkspace, 'id' | 'apiKey'>) => TestWorkspace;
  live: App['live'];
  stop: () => Promise<void>;
};

type TestOptions = AppOptions & {
  /** Left out: the shared one. A worker takes all jobs of its database, so one that is started gets its own. */
  databaseUrl?: string;
  config?: Partial<Config>;
};

/** Starts the real application, by default on the shared database and without a worker, on a port of its own. */
export async function startParley({
  databaseUrl = inject('databaseUrl'),
  config,
  ...options
}: TestOptions = {}): Promise<TestServer> {
  const directory = path.join(inject('directory'), `uploads-${randomUUID()}`);
  const app = await startApp(
    {
      mode: 'test',
      host: '127.0.0.1',
      port: 0,
      publicUrl: undefined,
      corsOrigins: '*',
      database: { kind: 'external', url: databaseUrl },
      databasePoolUrl: poolUrlFor(databaseUrl),
      databasePoolSize: 12,
      migrate: true,
      databaseReplicaUrl: undefined,
      databaseCopy: undefined,
      tokenSecret: undefined,
      secretKeys: [],
      identityProvider: undefined,
      trustedDocuments: { mode: 'off', files: [] },
      graphiql: false,
      inbox: false,
      demo: false,
      redisUrl: process.env.REDIS_URL,
      maxOperationsPerSocket: 100,
      maxWaitingRequests: 1_000,
      // A machine that does much else is late without being overloaded.
      maxEventLoopDelayMs: 0,
      refuseQueues: false,
      maxQuerySeconds: 120,
      maxConnections: { key: 10_000, user: 50 },
      maxDistinctSubscriptions: 30,
      rateLimits: { key: 0, user: 0, contact: 0, sends: 0 },
      maxFailedAuthentications: 0,
      trustedProxies: [],
      maxResponseBytes: 10_000_000,
      drainSeconds: 0,
      shutdownSeconds: 5,
      keepAliveSeconds: 65,
      webhookAllowPrivate: false,
      worker: false,
      idempotencyDays: 30,
      eventRetentionDays: undefined,
      auditDays: undefined,
      metrics: { token: undefined },
      logLevel: 'silent',
      slowOperationMs: 0,
      commit: undefined,
      spanDestination: undefined,
      metricExport: undefined,
      uploads: { kind: 'local', directory },
      uploadsByDefault: false,
      uploadMaxBytes: 25 * 1024 * 1024,
      maxStoredBytes: { contact: 2_000_000_000, workspace: 0 },
      ...config,
    },
    options,
  );
  const isShared = databaseUrl === inject('databaseUrl');
  const database = isShared ? sharedDatabase() : openDatabase({ url: databaseUrl, poolSize: 2 });
  return {
    url: app.url,
    database,
    live: app.live,
    // By a name of its own, for two that are made at once must not get the same slug.
    newWorkspace: async (name = `Test ${randomUUID()}`) => {
      const { workspaceId, apiKey } = await createWorkspace(database.prisma, { name });
      return { id: workspaceId, apiKey, ...clientOf(app.url, apiKey) };
    },
    connect: ({ id, apiKey }) => ({ id, apiKey, ...clientOf(app.url, apiKey) }),
    stop: async () => {
      await app.stop();
      if (!isShared) await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

let shared: Database | undefined;

/** One for all servers of a test worker, because Prisma compiles the queries of each client anew; ends with the worker. */
function sharedDatabase(): Database {
  shared ??= openDatabase({ url: inject('databaseUrl'), poolSize: 4 });
  return shared;
}

function clientOf(url: string, apiKey: string): Pick<TestWorkspace, 'post' | 'run'> {
  const post: TestWorkspace['post'] = async (query, variables = {}, key = apiKey) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    post,
    run: async <Result, Variables extends object>(
      document: TypedDocumentNode<Result, Variables>,
      variables: Variables,
      key?: string,
    ) => {
      const { body } = await post<Result>(print(document), variables, key);
      if (body.errors || !body.data) throw new Error(JSON.stringify(body.errors));
      return body.data;
    },
  };
}

/** The member of a union that a test expects; fails with the whole answer where it is another. */
export function expectType<Union extends { __typename: string }, Name extends Union['__typename']>(
  answer: Union,
  name: Name,
): Extract<Union, { __typename: Name }> {
  if (isType(answer, name)) return answer;
  throw new Error(`Expected ${name}, got ${JSON.stringify(answer)}`);
}

function isType<Union extends { __typename: string }, Name extends Union['__typename']>(
  answer: Union,
  name: Name,
): answer is Extract<Union, { __typename: Name }> {
  return answer.__typename === name;
}
