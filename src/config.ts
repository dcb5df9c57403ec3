import path from 'node:path';
import type { Logger } from 'pino';
import { metricExportOf, spanDestinationOf } from './environment/telemetry.js';
import { type Environment, environment, takesOf } from './environment.js';
import type { UploadStoreLocation } from './file-storage/open-store.js';
import { StartError } from './lib/program.js';
import type { SecretKey } from './lib/secret-keys.js';
import { withLineBreaks } from './lib/token-secret.js';

/** The server's settings, read from the variables that `environment.ts` describes. */
export type Config = {
  /** NODE_ENV */
  mode: Environment['NODE_ENV'];
  /** HOST */
  host: string;
  /** PORT; 0 for any free one */
  port: number;
  /** PUBLIC_URL, without a trailing slash; undefined for the address the server listens on */
  publicUrl: string | undefined;
  /** CORS_ORIGINS: `*` for any origin, or a list of origins to allow in addition to that of the server itself */
  corsOrigins: '*' | readonly string[];
  /** DATABASE_URL, or else the embedded PostgreSQL in DATA_DIR, as an absolute path, on EMBEDDED_PORT or any free one */
  database: { kind: 'external'; url: string } | { kind: 'embedded'; dataDir: string; port: number | undefined };
  /** DATABASE_POOL_URL; undefined for no pooler in transaction mode, and always with an embedded PostgreSQL */
  databasePoolUrl: string | undefined;
  /** DATABASE_REPLICA_URL; undefined if all is read from the primary */
  databaseReplicaUrl: string | undefined;
  /** DATABASE_POOL_SIZE */
  databasePoolSize: number;
  /** DATABASE_COPY; undefined for what the database says */
  databaseCopy: boolean | undefined;
  /** MIGRATE */
  migrate: boolean;
  /** REDIS_URL; undefined if PostgreSQL carries the signals */
  redisUrl: string | undefined;
  /** TOKEN_SECRET, a PEM key with real line breaks; undefined for the secret in the database */
  tokenSecret: string | undefined;
  /** SECRETS_KEY; the first encrypts, and without any secrets are stored as they are */
  secretKeys: readonly SecretKey[];
  /** JWKS_URL, JWT_ISSUER, JWT_AUDIENCE and JWT_WORKSPACE */
  identityProvider: { jwksUrl: string; issuer: string; audience: string; workspace?: string | undefined } | undefined;
  /** MAX_OPERATIONS_PER_SOCKET */
  maxOperationsPerSocket: number;
  /** MAX_WAITING_REQUESTS */
  maxWaitingRequests: number;
  /** MAX_EVENT_LOOP_DELAY_MS; 0 for no limit */
  maxEventLoopDelayMs: number;
  /** REFUSE_QUEUES */
  refuseQueues: boolean;
  /** MAX_QUERY_SECONDS */
  maxQuerySeconds: number;
  /** MAX_CONNECTIONS_PER_KEY and MAX_CONNECTIONS_PER_USER */
  maxConnections: { key: number; user: number };
  /** MAX_DISTINCT_SUBSCRIPTIONS */
  maxDistinctSubscriptions: number;
  /** RATE_LIMIT_KEY, RATE_LIMIT_USER and RATE_LIMIT_CONTACT, cost in a minute, and MAX_SENDS_PER_CONTACT; 0 for no limit */
  rateLimits: { key: number; user: number; contact: number; sends: number };
  /** MAX_FAILED_AUTHENTICATIONS: in a minute and from one address; 0 for no limit */
  maxFailedAuthentications: number;
  /** TRUSTED_PROXIES: addresses and networks */
  trustedProxies: readonly string[];
  /** MAX_RESPONSE_BYTES */
  maxResponseBytes: number;
  /** DRAIN_SECONDS */
  drainSeconds: number;
  /** SHUTDOWN_SECONDS */
  shutdownSeconds: number;
  /** KEEP_ALIVE_SECONDS */
  keepAliveSeconds: number;
  /** WEBHOOK_ALLOW_PRIVATE */
  webhookAllowPrivate: boolean;
  /** WORKER */
  worker: boolean;
  /** IDEMPOTENCY_DAYS */
  idempotencyDays: number;
  /** EVENT_RETENTION_DAYS; undefined to keep events forever */
  eventRetentionDays: number | undefined;
  /** AUDIT_DAYS; undefined to keep entries forever */
  auditDays: number | undefined;
  /** METRICS_TOKEN; without a token metrics are public, and undefined means that they are not served */
  metrics: { token: string | undefined } | undefined;
  /** UPLOADS; a directory as an absolute path */
  uploads: UploadStoreLocation;
  /** Whether that is below the working directory only because neither UPLOADS nor DATA_DIR says otherwise */
  uploadsByDefault: boolean;
  /** UPLOAD_MAX_BYTES */
  uploadMaxBytes: number;
  /** MAX_STORED_BYTES_CONTACT and MAX_STORED_BYTES_WORKSPACE; 0 for no limit */
  maxStoredBytes: { contact: number; workspace: number };
  /** TRUSTED_DOCUMENTS, and the absolute paths in TRUSTED_DOCUMENTS_FILE */
  trustedDocuments: { mode: Environment['TRUSTED_DOCUMENTS']; files: string[] };
  /** GRAPHIQL */
  graphiql: boolean;
  /** INBOX */
  inbox: boolean;
  /** DEMO */
  demo: boolean;
  /** LOG_LEVEL */
  logLevel: Environment['LOG_LEVEL'];
  /** SLOW_OPERATION_MS; 0 for no limit */
  slowOperationMs: number;
  /** BUILD_COMMIT */
  commit: string | undefined;
  /** OTEL_TRACES_EXPORTER and the like: where spans go; undefined if nothing is traced */
  spanDestination: ReturnType<typeof spanDestinationOf>;
  /** OTEL_METRICS_EXPORTER and the like: where metrics are sent to; undefined if they are not */
  metricExport: ReturnType<typeof metricExportOf>;
};

/** An environment variable has a wrong value. The message names the variable, its value, and what it takes. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
}

/**
 * Reads the configuration from the environment. Empty variables count as not set.
 * @throws {ConfigError} with one line for all variables that are wrong
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const parsed = environment.safeParse(Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '')));
  if (!parsed.success) {
    const names = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
    throw new ConfigError([...names].map((name) => complaint(name, env[name])).join('; '));
  }
  const variables = parsed.data;
  const production = variables.NODE_ENV === 'production';
  const database = databaseOf(variables);
  return {
    mode: variables.NODE_ENV,
    host: variables.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: variables.PORT,
    publicUrl: variables.PUBLIC_URL,
    corsOrigins: variables.CORS_ORIGINS ?? (production ? [] : '*'),
    database,
    databasePoolUrl: variables.DATABASE_POOL_URL,
    databasePoolSize: variables.DATABASE_POOL_SIZE,
    databaseReplicaUrl: replicaOf(variables),
    databaseCopy: variables.DATABASE_COPY,
    migrate: variables.MIGRATE,
    redisUrl: variables.REDIS_URL,
    tokenSecret: variables.TOKEN_SECRET && withLineBreaks(variables.TOKEN_SECRET),
    secretKeys: variables.SECRETS_KEY ?? [],
    identityProvider: identityProviderOf(variables),
    maxOperationsPerSocket: variables.MAX_OPERATIONS_PER_SOCKET,
    maxWaitingRequests: variables.MAX_WAITING_REQUESTS,
    maxEventLoopDelayMs: variables.MAX_EVENT_LOOP_DELAY_MS,
    refuseQueues: variables.REFUSE_QUEUES,
    maxQuerySeconds: variables.MAX_QUERY_SECONDS,
    maxConnections: { key: variables.MAX_CONNECTIONS_PER_KEY, user: variables.MAX_CONNECTIONS_PER_USER },
    maxDistinctSubscriptions: variables.MAX_DISTINCT_SUBSCRIPTIONS,
    rateLimits: {
      key: variables.RATE_LIMIT_KEY,
      user: variables.RATE_LIMIT_USER,
      contact: variables.RATE_LIMIT_CONTACT,
      sends: variables.MAX_SENDS_PER_CONTACT,
    },
    maxFailedAuthentications: variables.MAX_FAILED_AUTHENTICATIONS,
    trustedProxies: variables.TRUSTED_PROXIES ?? [],
    maxResponseBytes: variables.MAX_RESPONSE_BYTES,
    drainSeconds: variables.DRAIN_SECONDS ?? (production ? 5 : 0),
    shutdownSeconds: variables.SHUTDOWN_SECONDS,
    keepAliveSeconds: variables.KEEP_ALIVE_SECONDS,
    webhookAllowPrivate: variables.WEBHOOK_ALLOW_PRIVATE ?? (database.kind === 'embedded' && !production),
    worker: variables.WORKER,
    idempotencyDays: variables.IDEMPOTENCY_DAYS,
    eventRetentionDays: variables.EVENT_RETENTION_DAYS,
    auditDays: variables.AUDIT_DAYS,
    metrics: production && !variables.METRICS_TOKEN ? undefined : { token: variables.METRICS_TOKEN },
    uploads: uploadsOf(variables),
    uploadsByDefault: variables.UPLOADS === undefined && variables.DATA_DIR === undefined,
    uploadMaxBytes: variables.UPLOAD_MAX_BYTES,
    maxStoredBytes: { contact: variables.MAX_STORED_BYTES_CONTACT, workspace: variables.MAX_STORED_BYTES_WORKSPACE },
    trustedDocuments: trustedDocumentsOf(variables),
    graphiql: variables.GRAPHIQL ?? !production,
    inbox: variables.INBOX ?? !production,
    demo: variables.DEMO ?? (database.kind === 'embedded' && !production),
    logLevel: variables.LOG_LEVEL,
    slowOperationMs: variables.SLOW_OPERATION_MS,
    commit: variables.BUILD_COMMIT,
    spanDestination: spanDestinationOf(variables),
    metricExport: metricExportOf(variables),
  };
}

function databaseOf(variables: Environment): Config['database'] {
  const { NODE_ENV, DATABASE_URL, DATABASE_POOL_URL, DATA_DIR, EMBEDDED_PORT } = variables;
  if (DATABASE_URL !== undefined) return { kind: 'external', url: DATABASE_URL };
  if (DATABASE_POOL_URL !== undefined) {
    throw new ConfigError(
      'DATABASE_POOL_URL is set without DATABASE_URL: set that too, to the same database without the pooler',
    );
  }
  // In production, forgetting DATABASE_URL must not start a new, empty database next to the real one.
  if (NODE_ENV === 'production' && DATA_DIR === undefined) {
    throw new ConfigError(
      'DATABASE_URL is not set: in production it takes the URL of a PostgreSQL 15 or later ' +
        '(or set DATA_DIR to keep the data in an embedded PostgreSQL there)',
    );
  }
  return { kind: 'embedded', dataDir: path.resolve(DATA_DIR ?? '.data'), port: EMBEDDED_PORT };
}

function replicaOf({ DATABASE_URL, DATABASE_REPLICA_URL }: Environment): string | undefined {
  if (DATABASE_URL !== undefined || DATABASE_REPLICA_URL === undefined) return DATABASE_REPLICA_URL;
  throw new ConfigError('DATABASE_REPLICA_URL goes with DATABASE_URL, whose standby it leads to: set both, or neither');
}

function identityProviderOf({ JWKS_URL, JWT_ISSUER, JWT_AUDIENCE, JWT_WORKSPACE }: Environment) {
  if (JWKS_URL && JWT_ISSUER && JWT_AUDIENCE) {
    return { jwksUrl: JWKS_URL, issuer: JWT_ISSUER, audience: JWT_AUDIENCE, workspace: JWT_WORKSPACE };
  }
  if (!JWKS_URL && !JWT_ISSUER && !JWT_AUDIENCE && !JWT_WORKSPACE) return undefined;
  throw new ConfigError(
    'JWKS_URL, JWT_ISSUER and JWT_AUDIENCE go together, and JWT_WORKSPACE with them: set all three, or none',
  );
}

function uploadsOf({ UPLOADS, DATA_DIR }: Environment): Config['uploads'] {
  if (typeof UPLOADS === 'object') return { kind: 's3', ...UPLOADS };
  return { kind: 'local', directory: path.resolve(UPLOADS ?? path.join(DATA_DIR ?? '.data', 'uploads')) };
}

function trustedDocumentsOf({ TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_FILE }: Environment) {
  const names = (TRUSTED_DOCUMENTS_FILE ?? '').split(',').map((name) => name.trim());
  const files = names.filter((name) => name !== '').map((name) => path.resolve(name));
  if (mode === 'off' || files.length > 0) return { mode, files };
  throw new ConfigError(
    `TRUSTED_DOCUMENTS_FILE is not set: with TRUSTED_DOCUMENTS=${mode} it takes ${takesOf('TRUSTED_DOCUMENTS_FILE')}`,
  );
}

function complaint(name: string, value: string | undefined): string {
  // Secrets, such as the password in a URL, must not get into logs.
  const is = /_(URL|TOKEN|SECRET|ENDPOINT)$|^(UPLOADS|SECRETS_KEY)$/.test(name)
    ? 'is wrong'
    : `is ${JSON.stringify(value?.slice(0, 100))}`;
  return `${name} ${is}: it takes ${takesOf(name)}`;
}

const NO_PUBLIC_URL =
  'PUBLIC_URL is not set, so the URLs given to clients for uploads and sockets point to this machine: set it to the URL that clients reach the server by';

/** Warns of defaults that suit a trial, and hardly ever production. */
export function warnOfDefaults(
  { mode, publicUrl, uploads, uploadsByDefault }: Config,
  log: Pick<Logger, 'warn'>,
): void {
  if (mode !== 'production') return;
  if (publicUrl === undefined) log.warn(NO_PUBLIC_URL);
  if (uploadsByDefault && uploads.kind === 'local') {
    log.warn(
      { directory: uploads.directory },
      'UPLOADS is not set, so files are stored below the working directory, where other processes do not find them and a new container loses them: set it to a directory that lasts and that all processes share, or to an S3 bucket',
    );
  }
}
