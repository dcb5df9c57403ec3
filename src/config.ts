import { createPrivateKey } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { decodeId } from './lib/ids.js';
import { type S3Bucket, s3Url } from './lib/s3-url.js';
import { StartError } from './lib/start-error.js';
import { isPem, OUR_ISSUER } from './lib/token-secret.js';

export type Config = {
  /** NODE_ENV */
  mode: 'development' | 'production' | 'test';
  /** HOST: the address to listen on. Default: 127.0.0.1, in production 0.0.0.0, as a container needs. */
  host: string;
  /** PORT: default 4000; 0 takes any free one. */
  port: number;
  /** PUBLIC_URL: the address that clients reach the server by, without a slash at its end; left out: where it listens. */
  publicUrl: string | undefined;
  /** DATABASE_URL, or else the embedded PostgreSQL with its data in DATA_DIR (default .data; absolute here). */
  database: { kind: 'external'; url: string } | { kind: 'embedded'; dataDir: string };
  /** DATABASE_POOL_SIZE: connections to the database at most. Default: 20. */
  databasePoolSize: number;
  /** REDIS_URL: carries signals between processes; without it PostgreSQL does. */
  redisUrl: string | undefined;
  /** TOKEN_SECRET: what session tokens are signed with; left out: a secret kept in the database. */
  tokenSecret: string | undefined;
  /**
   * JWKS_URL, JWT_ISSUER and JWT_AUDIENCE: an outside identity provider whose tokens users may show. JWT_WORKSPACE: the
   * public id of the workspace that those sign in to that name none.
   */
  identityProvider: { jwksUrl: string; issuer: string; audience: string; workspace?: string | undefined } | undefined;
  /** MAX_OPERATIONS_PER_SOCKET: default 100. */
  maxOperationsPerSocket: number;
  /** SHUTDOWN_SECONDS: how long stopping may take at most. Default: 20. */
  shutdownSeconds: number;
  /** WEBHOOK_ALLOW_PRIVATE: whether webhooks may go to addresses that are not public. Default: on with the embedded database outside production. */
  webhookAllowPrivate: boolean;
  /** WORKER: whether the process also does what is done without a request. Default: on. */
  worker: boolean;
  /** EVENT_RETENTION_DAYS: how long the log keeps events. Default: for ever. */
  eventRetentionDays: number | undefined;
  /**
   * METRICS_TOKEN: what /metrics takes as a bearer token. Without it anyone may read them, and in production they are not
   * served.
   */
  metrics: { token: string | undefined } | undefined;
  /** UPLOADS: the folder that uploads are kept in (default: uploads in DATA_DIR, absolute here), or an S3 bucket. */
  uploads: { kind: 'local'; directory: string } | ({ kind: 's3' } & S3Bucket);
  /** UPLOAD_MAX_BYTES: how large a file may be. Default: 25 MB. */
  uploadMaxBytes: number;
  /** GRAPHIQL: default on, in production off. */
  graphiql: boolean;
  /** DEMO: whether an empty database gets a demo workspace. Default: on with the embedded database outside production. */
  demo: boolean;
  /** LOG_LEVEL: default info. */
  logLevel: z.infer<typeof environment>['LOG_LEVEL'];
};

/** An environment variable has a wrong value; the message names it, its value and what it takes. */
export class ConfigError extends StartError {
  override readonly name = 'ConfigError';
}

const MIN_SECRET_BYTES = 32;

const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
const onOff = z.enum(['on', 'off', '1', '0']).transform((value) => value === 'on' || value === '1');
const ON_OFF = 'on or off (or 1 or 0)';

// Each description completes the sentence «it takes …».
const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('development, production or test'),
  HOST: z.union([z.ipv4(), z.ipv6(), z.hostname()]).optional().describe('an IP address or a host name to listen on'),
  PORT: wholeNumber(0, 65_535).default(4000).describe('a port from 1 to 65535, or 0 for any free one'),
  PUBLIC_URL: z
    .string()
    .refine(isWebUrl)
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .describe('the http or https URL that clients reach the server by, such as https://chat.example.com'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl)
    .optional()
    .describe('a PostgreSQL URL such as postgresql://user:password@host:5432/database'),
  DATABASE_POOL_SIZE: wholeNumber(4, 250).default(20).describe('a number of connections from 4 to 250'),
  REDIS_URL: z.string().refine(isRedisUrl).optional().describe('a Redis URL such as redis://host:6379'),
  TOKEN_SECRET: z
    .string()
    .refine(isSigningSecret)
    .optional()
    .describe('at least 32 bytes of secret text, or an Ed25519 private key in PEM (PKCS #8), \\n for its line ends'),
  JWKS_URL: z
    .string()
    .refine(isKeysUrl)
    .optional()
    .describe("the https URL of an identity provider's keys, or an http one on this machine"),
  JWT_ISSUER: z
    .string()
    .refine((issuer) => issuer !== OUR_ISSUER)
    .optional()
    .describe('the `iss` of the tokens of the identity provider, and not our own, which is parley'),
  JWT_AUDIENCE: z.string().optional().describe('the `aud` that tokens of the identity provider must have'),
  // Its slug an administrator could change, and one of another workspace then take.
  JWT_WORKSPACE: z
    .string()
    .refine((id) => decodeId('Workspace', id) !== null)
    .optional()
    .describe('the id of a workspace, which begins with ws_'),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1, 10_000).default(100).describe('a number of operations from 1 to 10000'),
  SHUTDOWN_SECONDS: wholeNumber(1, 600).default(20).describe('a number of seconds from 1 to 600'),
  WEBHOOK_ALLOW_PRIVATE: onOff.optional().describe(ON_OFF),
  WORKER: onOff.default(true).describe(ON_OFF),
  EVENT_RETENTION_DAYS: wholeNumber(1, 3650).optional().describe('a number of days from 1 to 3650'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,}$/)
    .optional()
    .describe('16 or more letters, digits and -._~+/='),
  UPLOADS: z
    .union([z.string().refine(isDirectory), s3Url])
    .optional()
    .describe('a directory, or an S3 bucket such as s3://bucket/prefix?endpoint=https://host&region=eu-central-1'),
  UPLOAD_MAX_BYTES: wholeNumber(1, 2_000_000_000)
    .default(25 * 1024 * 1024)
    .describe('a number of bytes from 1 to 2000000000'),
  DATA_DIR: z.string().optional().describe('a directory'),
  GRAPHIQL: onOff.optional().describe(ON_OFF),
  DEMO: onOff.optional().describe(ON_OFF),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('fatal, error, warn, info, debug, trace or silent'),
});

/**
 * The configuration that the environment asks for. A variable that is set to the empty text counts as not set.
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
    database,
    databasePoolSize: variables.DATABASE_POOL_SIZE,
    redisUrl: variables.REDIS_URL,
    tokenSecret: variables.TOKEN_SECRET && unescaped(variables.TOKEN_SECRET),
    identityProvider: identityProviderOf(variables),
    maxOperationsPerSocket: variables.MAX_OPERATIONS_PER_SOCKET,
    shutdownSeconds: variables.SHUTDOWN_SECONDS,
    webhookAllowPrivate: variables.WEBHOOK_ALLOW_PRIVATE ?? (database.kind === 'embedded' && !production),
    worker: variables.WORKER,
    eventRetentionDays: variables.EVENT_RETENTION_DAYS,
    metrics: production && !variables.METRICS_TOKEN ? undefined : { token: variables.METRICS_TOKEN },
    uploads: uploadsOf(variables),
    uploadMaxBytes: variables.UPLOAD_MAX_BYTES,
    graphiql: variables.GRAPHIQL ?? !production,
    demo: variables.DEMO ?? (database.kind === 'embedded' && !production),
    logLevel: variables.LOG_LEVEL,
  };
}

function databaseOf({ NODE_ENV, DATABASE_URL, DATA_DIR }: z.infer<typeof environment>): Config['database'] {
  if (DATABASE_URL !== undefined) return { kind: 'external', url: DATABASE_URL };
  // In production a forgotten DATABASE_URL must not end in a fresh and empty database beside the real one.
  if (NODE_ENV === 'production' && DATA_DIR === undefined) {
    throw new ConfigError(
      'DATABASE_URL is not set: in production it takes the URL of a PostgreSQL 15 or later ' +
        '(or set DATA_DIR to keep the data in an embedded PostgreSQL there)',
    );
  }
  return { kind: 'embedded', dataDir: path.resolve(DATA_DIR ?? '.data') };
}

function identityProviderOf({ JWKS_URL, JWT_ISSUER, JWT_AUDIENCE, JWT_WORKSPACE }: z.infer<typeof environment>) {
  if (JWKS_URL && JWT_ISSUER && JWT_AUDIENCE) {
    return { jwksUrl: JWKS_URL, issuer: JWT_ISSUER, audience: JWT_AUDIENCE, workspace: JWT_WORKSPACE };
  }
  if (!JWKS_URL && !JWT_ISSUER && !JWT_AUDIENCE && !JWT_WORKSPACE) return undefined;
  throw new ConfigError(
    'JWKS_URL, JWT_ISSUER and JWT_AUDIENCE go together, and JWT_WORKSPACE with them: set all three, or none',
  );
}

/** Many tools cannot put line ends into a variable. */
function unescaped(secret: string): string {
  return isPem(secret) ? secret.replaceAll('\\n', '\n') : secret;
}

function isSigningSecret(value: string): boolean {
  if (!isPem(value)) return Buffer.byteLength(value) >= MIN_SECRET_BYTES;
  try {
    return createPrivateKey(unescaped(value)).asymmetricKeyType === 'ed25519';
  } catch {
    return false;
  }
}

/** Whoever can answer in the place of the keys' URL can sign in as anyone. */
function isKeysUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  const safe =
    protocol === 'https:' || (protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname));
  return safe && `${username}${password}` === '';
}

function uploadsOf({ UPLOADS, DATA_DIR }: z.infer<typeof environment>): Config['uploads'] {
  if (typeof UPLOADS === 'object') return { kind: 's3', ...UPLOADS };
  return { kind: 'local', directory: path.resolve(UPLOADS ?? path.join(DATA_DIR ?? '.data', 'uploads')) };
}

function isDirectory(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(value) && !value.includes('\0');
}

function isWebUrl(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, search, hash, username, password } = new URL(value);
  return ['http:', 'https:'].includes(protocol) && `${search}${hash}${username}${password}` === '';
}

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol);
}

function isRedisUrl(value: string): boolean {
  return URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol);
}

function complaint(name: string, value: string | undefined): string {
  const takes = Object.entries(environment.shape).find(([key]) => key === name)?.[1].description ?? 'another value';
  // Secrets, such as the password of a URL, have no place in a log.
  const is = /_(URL|TOKEN|SECRET)$|^UPLOADS$/.test(name) ? 'is wrong' : `is ${JSON.stringify(value?.slice(0, 100))}`;
  return `${name} ${is}: it takes ${takes}`;
}
