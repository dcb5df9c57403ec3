import path from 'node:path';
import { z } from 'zod';
import { StartError } from './start-error.js';

export type Config = {
  /** NODE_ENV */
  mode: 'development' | 'production' | 'test';
  /** HOST: the address to listen on. Default: 127.0.0.1, in production 0.0.0.0, as a container needs. */
  host: string;
  /** PORT: default 4000; 0 takes any free one. */
  port: number;
  /** DATABASE_URL, or else the embedded PostgreSQL with its data in DATA_DIR (default .data; absolute here). */
  database: { kind: 'external'; url: string } | { kind: 'embedded'; dataDir: string };
  /** DATABASE_POOL_SIZE: connections to the database at most. Default: 20. */
  databasePoolSize: number;
  /** REDIS_URL: carries signals between processes; without it PostgreSQL does. */
  redisUrl: string | undefined;
  /** MAX_OPERATIONS_PER_SOCKET: default 100. */
  maxOperationsPerSocket: number;
  /** SHUTDOWN_SECONDS: how long stopping may take at most. Default: 20. */
  shutdownSeconds: number;
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

const wholeNumber = (min: number, max: number) =>
  z.string().regex(/^\d+$/).transform(Number).pipe(z.number().min(min).max(max));
const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');

// Each description completes the sentence «it takes …».
const environment = z.object({
  NODE_ENV: z
    .enum(['development', 'production', 'test'])
    .default('development')
    .describe('development, production or test'),
  HOST: z.union([z.ipv4(), z.ipv6(), z.hostname()]).optional().describe('an IP address or a host name to listen on'),
  PORT: wholeNumber(0, 65_535).default(4000).describe('a port from 1 to 65535, or 0 for any free one'),
  DATABASE_URL: z
    .string()
    .refine(isPostgresUrl)
    .optional()
    .describe('a PostgreSQL URL such as postgresql://user:password@host:5432/database'),
  DATABASE_POOL_SIZE: wholeNumber(4, 250).default(20).describe('a number of connections from 4 to 250'),
  REDIS_URL: z.string().refine(isRedisUrl).optional().describe('a Redis URL such as redis://host:6379'),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1, 10_000).default(100).describe('a number of operations from 1 to 10000'),
  SHUTDOWN_SECONDS: wholeNumber(1, 600).default(20).describe('a number of seconds from 1 to 600'),
  DATA_DIR: z.string().optional().describe('a directory'),
  GRAPHIQL: onOff.optional().describe('on or off'),
  DEMO: onOff.optional().describe('on or off'),
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
    database,
    databasePoolSize: variables.DATABASE_POOL_SIZE,
    redisUrl: variables.REDIS_URL,
    maxOperationsPerSocket: variables.MAX_OPERATIONS_PER_SOCKET,
    shutdownSeconds: variables.SHUTDOWN_SECONDS,
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

function isPostgresUrl(value: string): boolean {
  return URL.canParse(value) && ['postgres:', 'postgresql:'].includes(new URL(value).protocol);
}

function isRedisUrl(value: string): boolean {
  return URL.canParse(value) && ['redis:', 'rediss:'].includes(new URL(value).protocol);
}

function complaint(name: string, value: string | undefined): string {
  const takes = Object.entries(environment.shape).find(([key]) => key === name)?.[1].description ?? 'another value';
  // A database's URL carries a password, which has no place in a log.
  const is = name.endsWith('_URL') ? 'is wrong' : `is ${JSON.stringify(value?.slice(0, 100))}`;
  return `${name} ${is}: it takes ${takes}`;
}
