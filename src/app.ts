import path from 'node:path';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import { createAuthentication } from './auth/authenticate.js';
import { createIdentityProvider } from './auth/identity-provider.js';
import { createSessionTokens } from './auth/session-token.js';
import { warnIfWorkspaceAmbiguous } from './auth/token-viewer.js';
import type { Config } from './config.js';
import { type Database, openDatabase, serverSecret } from './db/client.js';
import { startEmbeddedDatabase } from './db/embedded.js';
import { migrate } from './db/migrate.js';
import { openUploadStore } from './file-storage/open-store.js';
import { graphiqlPages } from './http/graphiql.js';
import { operatorProbes } from './http/probes.js';
import { serve, serveProbes } from './http/serve.js';
import { withTimeout } from './lib/async.js';
import { createCursorCodec } from './lib/cursor-codec.js';
import { createLog } from './lib/logger.js';
import { type Stop, stoppable } from './lib/stoppable.js';
import { createLive, type Live } from './live/live.js';
import { createPostgresNotifier } from './live/notifier/postgres-notifier.js';
import { createRedisNotifier } from './live/notifier/redis-notifier.js';
import { addGauges } from './metrics/gauges.js';
import { createMetrics } from './metrics/metrics.js';
import { ensureDemoWorkspace } from './seed/demo.js';
import type { Services } from './services.js';
import { createWriteGate } from './unit-of-work/write-gate.js';
import { createWebhookService } from './webhook-delivery/create-webhook-service.js';
import type { Resolve } from './webhook-delivery/resolve.js';
import { jobs } from './worker/registry.js';
import { startWorker } from './worker/start-worker.js';

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
  /** How host names of webhooks are looked up; default: by the system where they may be private, else by DNS alone. */
  resolve?: Resolve;
  /** Webhooks that are due are looked for this often; default 2 seconds. */
  webhookPollMs?: number;
};

export type App = {
  /** Where GraphQL is served. */
  url: string;
  /** A key of the demo workspace, where there is one. */
  demoKey: string | undefined;
  /** What lasts longer than a request, for those who watch over it. */
  live: Pick<Live, 'fanOut' | 'logFollower'>;
  stop(): Promise<void>;
};

/** The worker alone: it answers whether it runs, and nothing else. */
export type WorkerApp = { url: string; stop(): Promise<void> };

/** A statement that still runs is given up: whoever waited for it is gone. */
const CLOSE_MS = 1_000;
/** What is left of the shutdown's time for what comes after the requests and jobs. */
const RESERVE_MS = 2_000;

const NO_PUBLIC_URL =
  'PUBLIC_URL is not set, so the addresses that clients are given for uploads and sockets lead to this machine: set it to the URL that clients reach the server by';

/** Starts the whole application. What was started is stopped again when a later part fails. */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  return stoppable(async (stops) => {
    const { quietMs = 60_000, pingMs = 12_000 } = options;
    const address = createAddress(config);
    const { services, databaseUrl } = await startServices(config, options, stops, address.publicUrl);
    const { database, live, log } = services;
    if (config.mode === 'production' && config.publicUrl === undefined) log.warn(NO_PUBLIC_URL);
    const provider = config.identityProvider ? createIdentityProvider(config.identityProvider, log) : null;
    if (config.identityProvider) await warnIfWorkspaceAmbiguous(database, config.identityProvider, log);
    const demoKey = config.demo ? await demoKeyOf(config, database.prisma) : undefined;
    const served = await serve(services, {
      authenticate: createAuthentication({ ...services, provider }),
      probes: operatorProbes(services),
      onListening: address.listensAt,
      quietMs,
      pingMs,
      graceMs: graceMsOf(config),
      graphiql: config.graphiql ? await graphiqlPages(demoKey) : undefined,
    });
    const worker = config.worker
      ? await startJobs(services, databaseUrl, options).catch(afterStopping(served.stop))
      : undefined;
    stops.push(() => Promise.all([served.stop(), worker?.stop()]));
    return { url: served.url, demoKey, live };
  });
}

/** Starts what is done without a request, and an address that tells whether it runs. */
export async function startWorkerApp(config: Config, options: AppOptions = {}): Promise<WorkerApp> {
  return stoppable(async (stops) => {
    const { services, databaseUrl } = await startServices(config, options, stops, createAddress(config).publicUrl);
    const probes = await serveProbes(services, operatorProbes(services));
    stops.push(probes.stop);
    const worker = await startJobs(services, databaseUrl, options);
    stops.push(worker.stop);
    return { url: probes.url };
  });
}

function afterStopping(stop: Stop): (error: unknown) => Promise<never> {
  return async (error) => {
    await stop();
    throw error;
  };
}

/** The address clients use: as configured, else where the server turns out to listen. */
function createAddress({ publicUrl }: Config): { publicUrl: () => string; listensAt: (origin: string) => void } {
  let address = publicUrl;
  return {
    publicUrl: () => {
      if (address === undefined) throw new Error('The server does not listen yet, so it has no address.');
      return address;
    },
    listensAt: (origin) => {
      address ??= origin;
    },
  };
}

/** Starts what the server and the worker have in common. */
async function startServices(
  config: Config,
  options: AppOptions,
  stops: Stop[],
  publicUrl: () => string,
): Promise<{ services: Services; databaseUrl: string }> {
  const { clock = () => new Date(), newId = uuidv7, onStatement } = options;
  const log = createLog(config.logLevel);
  const url = await databaseUrlOf(config, log, stops);
  await migrate(url);
  const database = openDatabase({
    url,
    poolSize: config.databasePoolSize,
    ...(onStatement ? { onStatement } : {}),
    // The error itself holds the whole connection, with its secrets.
    onConnectionError: ({ message }) => log.warn({ reason: message }, 'A database connection broke'),
  });
  stops.push(() => withTimeout(CLOSE_MS, database.close()));
  const notifier = config.redisUrl ? createRedisNotifier(config.redisUrl, log) : createPostgresNotifier(url, log);
  const live = createLive(database, notifier, clock, log);
  stops.push(() => live.close());
  const metrics = createMetrics();
  addGauges(metrics, { database, live });
  const secret = await serverSecret(database.prisma, 'uploads');
  const store = await openUploadStore(config.uploads, { secret, clock, log });
  stops.push(store.close);
  const services: Services = {
    config,
    log,
    clock,
    newId,
    database,
    writeGate: createWriteGate(config.databasePoolSize),
    live,
    notify: live.notify,
    metrics,
    uploads: { store, maxBytes: config.uploadMaxBytes },
    cursors: createCursorCodec(await serverSecret(database.prisma, 'cursor')),
    tokens: createSessionTokens(config.tokenSecret ?? (await serverSecret(database.prisma, 'session-token'))),
    webhookPolicy: { httpsOnly: config.mode === 'production', allowPrivate: config.webhookAllowPrivate },
    publicUrl,
  };
  return { services, databaseUrl: url };
}

async function startJobs(
  services: Services,
  url: string,
  { resolve, webhookPollMs: pollMs = 2_000 }: AppOptions,
): Promise<{ stop: Stop }> {
  const webhooks = createWebhookService(services, { resolve, pollMs });
  return startWorker({ url, jobs, background: [webhooks], services, graceMs: graceMsOf(services.config) });
}

function graceMsOf({ shutdownSeconds }: Config): number {
  return Math.max(500, shutdownSeconds * 1000 - RESERVE_MS);
}

async function databaseUrlOf({ database }: Config, log: Logger, stops: Stop[]): Promise<string> {
  if (database.kind === 'external') return database.url;
  const embedded = await startEmbeddedDatabase({ dataDir: database.dataDir, log });
  stops.push(() => embedded.stop());
  return embedded.url;
}

async function demoKeyOf({ database }: Config, prisma: Database['prisma']) {
  const directory = database.kind === 'embedded' ? database.dataDir : path.resolve('.data');
  return (await ensureDemoWorkspace(prisma, { keyFile: path.join(directory, 'demo-key') }))?.demoKey;
}
