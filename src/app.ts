import path from 'node:path';
import type { Logger } from 'pino';
import { uuidv7 } from 'uuidv7';
import { createAuthentication } from './auth/authenticate.js';
import { createIdentityProvider } from './auth/identity-provider.js';
import { createSessionTokens } from './auth/session-token.js';
import { warnIfWorkspaceAmbiguous } from './auth/token-viewer.js';
import { type Config, warnOfDefaults } from './config.js';
import { type Database, openDatabase } from './db/client.js';
import { startEmbeddedDatabase } from './db/embedded.js';
import { recognizeCopy } from './db/identity.js';
import { bringUpToDate } from './db/migrate.js';
import { isUnavailable } from './db/outage.js';
import { assertPoolerFits } from './db/pooler.js';
import { serverSecret } from './db/server-secrets.js';
import { assertKeysAtHand } from './domain/stored-secrets/assert-keys-at-hand.js';
import { openUploadStore } from './file-storage/open-store.js';
import { limitFailures } from './http/failed-authentications.js';
import { createGraphiQL } from './http/graphiql.js';
import { createInbox, INBOX_PATH } from './http/inbox.js';
import { createLameDuck } from './http/lame-duck.js';
import { operatorProbes } from './http/probes.js';
import { createPublicAddress } from './http/public-address.js';
import { createRateLimits } from './http/rate-limits.js';
import { currentReader } from './http/request-scope.js';
import { serve, serveProbes } from './http/serve.js';
import { expectPortFree } from './http/server.js';
import { loadTrustedDocuments } from './http/trusted-documents.js';
import { withTimeout } from './lib/async.js';
import { createCursorCodec } from './lib/cursor-codec.js';
import type { LoopLoad } from './lib/loop-load.js';
import { packageVersion } from './lib/package-root.js';
import { StartError } from './lib/program.js';
import { createSecretBox } from './lib/secret-box.js';
import { type Stop, stoppable } from './lib/stoppable.js';
import { createLive, type Live } from './live/live.js';
import type { OnNotifierFailure } from './live/notifier/notifier.js';
import { createPostgresNotifier } from './live/notifier/postgres-notifier.js';
import { createRedisNotifier } from './live/notifier/redis-notifier.js';
import { addBuildInfo, addGauges, addReplicaGauges } from './metrics/gauges.js';
import { createMetrics } from './metrics/metrics.js';
import { watchDatabase } from './metrics/watch-database.js';
import { createReadPlaces } from './replica/read-places.js';
import { openReplica, type Replica, type ReplicaTimes } from './replica/replica.js';
import { ensureDemoWorkspace, findDemoConversation } from './seed/demo.js';
import type { Services } from './services.js';
import { openTelemetry } from './tracing/open-telemetry.js';
import { createWriteGate } from './unit-of-work/write-gate.js';
import { createWebhookService } from './webhook-delivery/create-webhook-service.js';
import type { Resolve } from './webhook-delivery/resolve.js';
import { jobs } from './worker/registry.js';
import { startWorker, WORKER_CONNECTIONS } from './worker/start-worker.js';

/** What tests can replace or observe. */
export type AppOptions = {
  clock?: () => Date;
  newId?: () => string;
  /** Called with the text of every SQL statement. */
  onStatement?: (sql: string) => void;
  /** How often a quiet subscription gets a cursor. Default: 60 seconds. */
  quietMs?: number;
  /** How long somebody is typing after a signal. Default: 10 seconds. */
  typingMs?: number;
  /** How often sockets are pinged. Default: 12 seconds. */
  pingMs?: number;
  /**
   * Resolves host names of webhooks. Default: the system's resolver if private addresses are allowed, otherwise DNS
   * only.
   */
  resolve?: Resolve;
  /** How much the event loop has to do. Default: as measured. */
  loopLoad?: Partial<LoopLoad>;
  /** How patient to be with the read replica. */
  replica?: Partial<ReplicaTimes>;
  /** How often to look for due webhooks. Default: 2 seconds. */
  webhookPollMs?: number;
};

export type App = {
  /** The URL of the GraphQL endpoint. */
  url: string;
  /** A key of the demo workspace; undefined if there is none. */
  demoKey: string | undefined;
  /** The URL of the example inbox; undefined if it is not served. */
  inboxUrl: string | undefined;
  /** Live events, for tests to observe. */
  live: Pick<Live, 'fanOut' | 'logFollower'>;
  stop(): Promise<void>;
};

/** A worker without a server. `url` serves probes only. */
export type WorkerApp = { url: string; stop(): Promise<void> };

/** How long to wait for running statements at shutdown. Nobody waits for their results any more. */
const CLOSE_MS = 1_000;
/** How long the last spans and metrics may take to be sent. */
const FLUSH_MS = 1_500;
/** The part of the shutdown time that is reserved for what stops after requests and jobs. */
const RESERVE_MS = 2_000;

/**
 * Starts the server, with a worker unless it is disabled. If a part fails to start, the parts started before it are
 * stopped.
 */
export async function startApp(config: Config, options: AppOptions = {}): Promise<App> {
  return stoppable(async (stops) => {
    const lameDuck = createLameDuck();
    const { quietMs = 60_000, pingMs = 12_000 } = options;
    const trustedDocuments = await loadTrustedDocuments(config.trustedDocuments);
    const address = createPublicAddress(config.publicUrl);
    await expectPortFree(config);
    const { services, databaseUrl, isCopy } = await startServices(config, options, stops, address.publicUrl);
    const { database, live, log } = services;
    warnOfDefaults(config, log);
    const provider = config.identityProvider ? createIdentityProvider(config.identityProvider, log) : null;
    if (config.identityProvider) await warnIfWorkspaceAmbiguous(database, config.identityProvider, log);
    const demoKey = config.demo ? await demoKeyOf(config, database.prisma) : undefined;
    const rateLimits = createRateLimits(config.rateLimits, { redisUrl: config.redisUrl, log, clock: services.clock });
    stops.push(rateLimits.close);
    const { authenticate, close } = limitFailures(createAuthentication({ ...services, provider }), {
      limit: config.maxFailedAuthentications,
      redisUrl: config.redisUrl,
      log,
    });
    stops.push(close);
    const replica = startReplica(services, options, stops);
    const inbox = config.inbox
      ? await createInbox({ demoKey, publicUrl: address.publicUrl, hasRemoteStore: config.uploads.kind === 's3' })
      : null;
    const served = await serve(services, {
      inbox,
      authenticate,
      trustedDocuments,
      rateLimits,
      places: createReadPlaces(database, replica),
      probes: operatorProbes(services, lameDuck),
      onListening: address.listensAt,
      quietMs,
      pingMs,
      loopLoad: options.loopLoad,
      graceMs: graceMsOf(config),
      graphiql: config.graphiql
        ? createGraphiQL(
            demoKey === undefined
              ? undefined
              : { key: demoKey, findConversation: () => findDemoConversation(database.prisma) },
            address.publicUrl,
          )
        : undefined,
    });
    const worker =
      config.worker && !isCopy
        ? await startJobs(services, databaseUrl, options).catch(afterStopping(served.stop))
        : undefined;
    stops.push(() => Promise.all([served.stop(), worker?.stop()]));
    stops.push(() => lameDuck.last(config.drainSeconds));
    const inboxUrl = inbox ? new URL(INBOX_PATH, served.url).href : undefined;
    return { url: served.url, demoKey, inboxUrl, live };
  });
}

/** Starts a worker without a server, and its probes. */
export async function startWorkerApp(config: Config, options: AppOptions = {}): Promise<WorkerApp> {
  return stoppable(async (stops) => {
    await expectPortFree(config);
    const { publicUrl } = createPublicAddress(config.publicUrl);
    const { services, databaseUrl, isCopy } = await startServices(config, options, stops, publicUrl);
    if (isCopy)
      throw new StartError('The database is a copy of another one, in which no worker runs: see DATABASE_COPY');
    const probes = await serveProbes(services, operatorProbes(services, createLameDuck()));
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

/** Starts the services that the server and the worker share. */
async function startServices(
  config: Config,
  options: AppOptions,
  stops: Stop[],
  publicUrl: () => string,
): Promise<{ services: Services; databaseUrl: string; isCopy: boolean }> {
  const { clock = () => new Date(), newId = uuidv7, typingMs = 10_000, onStatement } = options;
  const version = await packageVersion();
  const metrics = createMetrics();
  const { log, tracing, stop } = await openTelemetry(config, { isExpected: isUnavailable, version, metrics });
  stops.push(() => withTimeout(FLUSH_MS, stop()));
  const url = await databaseUrlOf(config, log, stops);
  await bringUpToDate(url, { migrate: config.migrate, onWait: (message) => log.warn(message) });
  const { databasePoolUrl: poolUrl } = config;
  if (poolUrl !== undefined) await assertPoolerFits({ url, poolUrl });
  addBuildInfo(metrics, { version, commit: config.commit ?? '' });
  const database = openDatabase({
    currentReader,
    url,
    poolUrl,
    poolSize: config.databasePoolSize,
    ...(onStatement ? { onStatement } : {}),
    watch: watchDatabase(metrics, tracing),
    // Only the message: the error itself contains the connection with its secrets.
    onConnectionError: ({ message }) => log.warn({ reason: message }, 'Lost a database connection'),
    onShortage: (open) => log.warn({ open }, 'PostgreSQL allows no further connection; requests wait for one of these'),
    onUnsettled: (message) => log.error(`DATABASE_POOL_URL: ${message}`),
  });
  stops.push(() => withTimeout(CLOSE_MS, database.close()));
  await database.warnIfConnectionsShort(connectionsOf(config), log);
  const secretBox = createSecretBox(config.secretKeys);
  await assertKeysAtHand(database.read, secretBox);
  const { isCopy, ownSecret } = await recognizeCopy(database, { declared: config.databaseCopy, log });
  const secretOf = (name: string) => serverSecret(database, secretBox, name);
  const onFailure: OnNotifierFailure = (action) => metrics.notifierFailures.inc({ action });
  const notifier = config.redisUrl
    ? createRedisNotifier(config.redisUrl, log, onFailure)
    : createPostgresNotifier(url, log, onFailure);
  const { maxConnections, maxDistinctSubscriptions } = config;
  const live = createLive(database, notifier, { maxConnections, maxDistinctSubscriptions, typingMs, clock, log });
  stops.push(() => live.close());
  addGauges(metrics, { database, live, clock });
  const store = await openUploadStore(config.uploads, { secret: await secretOf('uploads'), clock, log });
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
    tracing,
    uploads: { store, maxBytes: config.uploadMaxBytes, maxStored: config.maxStoredBytes },
    cursors: createCursorCodec(await secretOf('cursor')),
    tokens: createSessionTokens(ownSecret(config.tokenSecret ?? (await secretOf('session-token')))),
    secretBox,
    webhookPolicy: { httpsOnly: config.mode === 'production', allowPrivate: config.webhookAllowPrivate },
    publicUrl,
  };
  return { services, databaseUrl: url, isCopy };
}

/** Begins to look for the read replica, if one is configured. */
function startReplica(
  { config, database, metrics, tracing, log }: Services,
  { onStatement, replica: times }: AppOptions,
  stops: Stop[],
): Replica | null {
  const { databaseReplicaUrl: url, databasePoolSize: poolSize } = config;
  if (url === undefined) return null;
  const watch = watchDatabase(metrics, tracing);
  const replica = openReplica({ url, poolSize, currentReader, watch, onStatement, database, log, times });
  stops.push(() => withTimeout(CLOSE_MS, replica.close()));
  addReplicaGauges(metrics, replica.lag);
  return replica;
}

async function startJobs(
  services: Services,
  url: string,
  { resolve, webhookPollMs: pollMs = 2_000 }: AppOptions,
): Promise<{ stop: Stop }> {
  const webhooks = createWebhookService(services, { resolve, pollMs });
  return startWorker({ url, jobs, background: [webhooks], services, graceMs: graceMsOf(services.config) });
}

/** How many connections a process may open, as docs/operations.md says. */
function connectionsOf({ databasePoolUrl, databasePoolSize, worker, redisUrl }: Config): number {
  const [background, signals, readiness, cancelling] = [worker ? WORKER_CONNECTIONS : 0, redisUrl ? 0 : 1, 1, 1];
  // A pooler decides itself how many it opens for requests.
  const requests = databasePoolUrl === undefined ? databasePoolSize + cancelling : 0;
  return requests + background + signals + readiness;
}

function graceMsOf({ shutdownSeconds }: Config): number {
  return Math.max(500, shutdownSeconds * 1000 - RESERVE_MS);
}

async function databaseUrlOf({ database }: Config, log: Logger, stops: Stop[]): Promise<string> {
  if (database.kind === 'external') return database.url;
  const embedded = await startEmbeddedDatabase({ ...database, log });
  stops.push(() => embedded.stop());
  return embedded.url;
}

async function demoKeyOf({ database }: Config, prisma: Database['prisma']) {
  const directory = database.kind === 'embedded' ? database.dataDir : path.resolve('.data');
  return (await ensureDemoWorkspace(prisma, { keyFile: path.join(directory, 'demo-key') }))?.demoKey;
}
