import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import { authenticate } from './auth/authenticate.js';
import type { Config } from './config.js';
import { openDatabase } from './db/client.js';
import { startEmbeddedDatabase } from './db/embedded.js';
import { migrate } from './db/migrate.js';
import { serverSecret } from './db/server-secret.js';
import { createWriteGate } from './db/write-gate.js';
import { createPostgresDoorbell } from './events/doorbell/postgres.js';
import { createRedisDoorbell } from './events/doorbell/redis.js';
import { createLive, type Live } from './events/live.js';
import { createCursorCodec } from './graphql/cursor.js';
import { graphiqlOptions } from './http/graphiql.js';
import { serve } from './http/serve.js';
import { createLog } from './log.js';
import { ensureDemoWorkspace } from './seed/demo.js';

/** What tests may put in the place of the real thing, or look at. */
export type AppOptions = {
  clock?: () => Date;
  newId?: () => string;
  /** Called with the text of every SQL statement. */
  onStatement?: (sql: string) => void;
  /** A quiet subscription gets a cursor this often; default 60 seconds. */
  quietMs?: number;
  /** Sockets are pinged this often; default 12 seconds. */
  pingMs?: number;
};

export type App = {
  /** Where GraphQL is served. */
  url: string;
  /** A key of the demo workspace, where there is one. */
  demoKey: string | undefined;
  /** What lasts longer than a request, for those who watch over it. */
  live: Pick<Live, 'fanOut' | 'tail'>;
  stop(): Promise<void>;
};

/** A statement that still runs is given up: whoever waited for it is gone. */
const CLOSE_MS = 1_000;

/** Starts the whole application. What was started is stopped again when a later part fails. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  const log = createLog(config.logLevel);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const stopPart of stops.splice(0).reverse()) await stopPart();
  };
  try {
    return { ...(await startParts(config, options, log, stops)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(config: Config, options: AppOptions, log: Logger, stops: (() => Promise<void>)[]) {
  const { clock = () => new Date(), newId = uuidv7, onStatement, quietMs = 60_000, pingMs = 12_000 } = options;
  const url = await databaseUrl(config, log, stops);
  await migrate(url);
  const database = openDatabase({
    url,
    poolSize: config.databasePoolSize,
    ...(onStatement ? { onStatement } : {}),
    // The error itself holds the whole connection, with its secrets.
    onConnectionError: ({ message }) => log.warn({ reason: message }, 'A database connection broke'),
  });
  stops.push(() => Promise.race([database.close(), sleep(CLOSE_MS, undefined, { ref: false })]));
  const cursors = createCursorCodec(await serverSecret(database.prisma, 'cursor'));
  const demoKey = config.demo ? await demoKeyOf(config, database.prisma) : undefined;
  const doorbell = config.redisUrl ? createRedisDoorbell(config.redisUrl, log) : createPostgresDoorbell(url, log);
  const live = createLive(database, doorbell, clock, log);
  stops.push(() => live.close());
  const writeGate = createWriteGate(config.databasePoolSize);
  const served = await serve(config, {
    application: { database, writeGate, clock, newId, ring: live.ring },
    authenticate: (header) => authenticate(database, header, clock()),
    live,
    cursors,
    log,
    quietMs,
    pingMs,
    graphiql: config.graphiql ? await graphiqlOptions(demoKey) : undefined,
  });
  stops.push(served.stop);
  return { url: served.url, demoKey, live };
}

async function databaseUrl({ database }: Config, log: Logger, stops: (() => Promise<void>)[]): Promise<string> {
  if (database.kind === 'external') return database.url;
  const embedded = await startEmbeddedDatabase({ dataDir: database.dataDir, log });
  stops.push(() => embedded.stop());
  return embedded.url;
}

async function demoKeyOf({ database }: Config, prisma: Parameters<typeof ensureDemoWorkspace>[0]) {
  const directory = database.kind === 'embedded' ? database.dataDir : path.resolve('.data');
  return (await ensureDemoWorkspace(prisma, { keyFile: path.join(directory, 'demo-key') }))?.demoKey;
}
