import { z } from 'zod';
import { databaseVariables } from './environment/database.js';
import { servingVariables } from './environment/serving.js';
import { telemetryVariables } from './environment/telemetry.js';
import { facts, ON_FOR_DEVELOPMENT, ON_OFF, onOff, wholeNumber } from './environment/variable.js';
import { s3Url } from './file-storage/s3-url.js';
import { decodeId } from './lib/ids.js';
import { secretKeysOf } from './lib/secret-keys.js';
import { isSigningSecret, OUR_ISSUER } from './lib/token-secret.js';
import { isKeysUrl, isRedisUrl } from './lib/urls.js';

/** Every environment variable, in the order in which docs/configuration.md lists them. */
export const environment = z.object({
  ...databaseVariables,
  REDIS_URL: z.string().refine(isRedisUrl).optional().register(facts, {
    purpose: 'Redis that carries signals between processes.',
    takes: 'a Redis URL such as redis://host:6379',
    unset: 'PostgreSQL carries them',
  }),
  TOKEN_SECRET: z.string().refine(isSigningSecret).optional().register(facts, {
    purpose: 'Signs [session tokens](authentication.md#session-tokens).',
    takes:
      'at least 32 bytes of secret text, or an Ed25519 private key in PEM (PKCS #8), whose line breaks may be written as \\n',
    unset: 'a secret kept in the database',
  }),
  SECRETS_KEY: z
    .string()
    .transform((list, context) => {
      const keys = secretKeysOf(list);
      if (keys) return keys;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .optional()
    .register(facts, {
      purpose: 'Encrypts the [secrets in the database](operations.md#secrets-at-rest).',
      takes:
        '32 random bytes in base64 or hexadecimal, or several such keys, separated by commas: the first encrypts, all decrypt',
      unset: 'they are stored in plain text',
    }),
  JWKS_URL: z.string().refine(isKeysUrl).optional().register(facts, {
    purpose: 'Public keys of an [identity provider](authentication.md#identity-provider).',
    takes: "the https URL of an identity provider's keys, or an http one on this machine",
    unset: 'no identity provider',
  }),
  JWT_ISSUER: z
    .string()
    .refine((issuer) => issuer !== OUR_ISSUER)
    .optional()
    .register(facts, {
      purpose: 'Issuer of its tokens. Required with `JWKS_URL`.',
      takes: "the `iss` of the identity provider's tokens; parley is taken by session tokens",
      unset: '',
    }),
  JWT_AUDIENCE: z.string().optional().register(facts, {
    purpose: 'Audience of its tokens. Required with `JWKS_URL`.',
    takes: "the `aud` that the identity provider's tokens must have",
    unset: '',
  }),
  // Not a slug: an administrator could change it, and another workspace could then take it.
  JWT_WORKSPACE: z
    .string()
    .refine((id) => decodeId('Workspace', id) !== null)
    .optional()
    .register(facts, {
      purpose: 'Workspace for tokens that name none.',
      takes: 'the id of a workspace, which begins with ws_',
      unset: 'the only workspace that has such a user',
    }),
  MAX_OPERATIONS_PER_SOCKET: wholeNumber(1, 10_000).default(100).register(facts, {
    purpose: 'Operations that one WebSocket may run at the same time.',
    takes: 'a number of operations from 1 to 10000',
  }),
  MAX_WAITING_REQUESTS: wholeNumber(1, 1_000_000).default(1_000).register(facts, {
    purpose:
      'HTTP requests, and operations over WebSockets, that may wait for their response; more are [refused](operations.md#overload) at once.',
    takes: 'a number of requests from 1 to 1000000',
  }),
  MAX_EVENT_LOOP_DELAY_MS: wholeNumber(0, 60_000).default(1_000).register(facts, {
    purpose: 'Milliseconds that the event loop may be late, on average, before more work is refused; 0 for no limit.',
    takes: 'a number of milliseconds from 0 to 60000',
  }),
  REFUSE_QUEUES: onOff.default(true).register(facts, {
    purpose:
      'Whether work that would queue is [refused](operations.md#overload) while the process or the database cannot keep up.',
    takes: ON_OFF,
  }),
  MAX_QUERY_SECONDS: wholeNumber(1, 300).default(15).register(facts, {
    purpose: 'How long a query may take; it is then [ended](limits.md#an-operation), also in the database.',
    takes: 'a number of seconds from 1 to 300',
  }),
  MAX_CONNECTIONS_PER_KEY: wholeNumber(1, 1_000_000).default(10_000).register(facts, {
    purpose: 'WebSockets and event streams that one API key may have open on one process.',
    takes: 'a number of connections from 1 to 1000000',
  }),
  MAX_CONNECTIONS_PER_USER: wholeNumber(1, 1_000_000).default(50).register(facts, {
    purpose: 'WebSockets and event streams that one user or contact may have open on one process.',
    takes: 'a number of connections from 1 to 1000000',
  }),
  MAX_DISTINCT_SUBSCRIPTIONS: wholeNumber(1, 10_000).default(30).register(facts, {
    purpose:
      'Distinct subscriptions to the same events that one caller may have open on one process; equal ones count once.',
    takes: 'a number of subscriptions from 1 to 10000',
  }),
  RATE_LIMIT_KEY: wholeNumber(0, 2_000_000_000).default(300_000_000).register(facts, {
    purpose: '[Cost](limits.md#cost) that an API key may cause in a minute; 0 for no limit.',
    takes: 'a number of points from 0 to 2000000000',
  }),
  RATE_LIMIT_USER: wholeNumber(0, 2_000_000_000).default(10_000_000).register(facts, {
    purpose: '[Cost](limits.md#cost) that a user may cause in a minute; 0 for no limit.',
    takes: 'a number of points from 0 to 2000000000',
  }),
  RATE_LIMIT_CONTACT: wholeNumber(0, 2_000_000_000).default(1_000_000).register(facts, {
    purpose: '[Cost](limits.md#cost) that a contact may cause in a minute; 0 for no limit.',
    takes: 'a number of points from 0 to 2000000000',
  }),
  MAX_SENDS_PER_CONTACT: wholeNumber(0, 1_000_000).default(60).register(facts, {
    purpose: 'Messages that a contact may send, and conversations that it may begin, in a minute; 0 for no limit.',
    takes: 'a number of messages from 0 to 1000000',
  }),
  MAX_FAILED_AUTHENTICATIONS: wholeNumber(0, 1_000_000).default(100).register(facts, {
    purpose:
      '[Invalid keys and tokens](authentication.md#invalid-credentials) that one address may send in a minute; 0 for no limit.',
    takes: 'a number of attempts from 0 to 1000000',
  }),
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((each) => each.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
    .optional()
    .register(facts, {
      purpose: 'Proxies whose `X-Forwarded-For` [tells the address of a client](operations.md#client-addresses).',
      takes: 'IP addresses and networks separated by commas, such as 10.0.0.0/8,2001:db8::/32',
      unset: 'none: the address that connects is the client',
    }),
  MAX_RESPONSE_BYTES: wholeNumber(10_000, 1_000_000_000).default(10_000_000).register(facts, {
    purpose: 'Maximum size of the response to one operation, or of one result of a subscription, before compression.',
    takes: 'a number of bytes from 10000 to 1000000000',
  }),
  UPLOADS: z
    .union([z.string().refine(isDirectory), s3Url])
    .optional()
    .register(facts, {
      purpose: 'Where [uploads](uploads.md#storage) are stored.',
      takes: 'a directory, or an S3 bucket such as s3://bucket/prefix?endpoint=https://host&region=eu-central-1',
      unset: '`uploads` in `DATA_DIR`',
    }),
  UPLOAD_MAX_BYTES: wholeNumber(1, 2_000_000_000)
    .default(25 * 1024 * 1024)
    .register(facts, {
      purpose: 'Maximum size of an upload. The default is 25 MB.',
      takes: 'a number of bytes from 1 to 2000000000',
    }),
  MAX_STORED_BYTES_CONTACT: wholeNumber(0, 1_000_000_000_000_000).default(2_000_000_000).register(facts, {
    purpose: '[Bytes that the uploads of a contact](uploads.md#stored-bytes) may take together; 0 for no limit.',
    takes: 'a number of bytes from 0 to 1000000000000000',
  }),
  MAX_STORED_BYTES_WORKSPACE: wholeNumber(0, 1_000_000_000_000_000).default(0).register(facts, {
    purpose: '[Bytes that the uploads of a workspace](uploads.md#stored-bytes) may take together; 0 for no limit.',
    takes: 'a number of bytes from 0 to 1000000000000000',
  }),
  WORKER: onOff.default(true).register(facts, {
    purpose: 'Whether this process also runs [background work](operations.md#background-work).',
    takes: ON_OFF,
  }),
  IDEMPOTENCY_DAYS: wholeNumber(1, 3650).default(30).register(facts, {
    purpose:
      'How long [the answer to a request with an idempotency key](api-conventions.md#retries) is kept for when it is repeated.',
    takes: 'a number of days from 1 to 3650',
  }),
  EVENT_RETENTION_DAYS: wholeNumber(1, 3650).optional().register(facts, {
    purpose: 'How long the event log keeps events.',
    takes: 'a number of days from 1 to 3650',
    unset: 'forever',
  }),
  AUDIT_DAYS: wholeNumber(1, 3650).optional().register(facts, {
    purpose: 'How long the [audit log](audit.md) keeps entries.',
    takes: 'a number of days from 1 to 3650',
    unset: 'forever',
  }),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/=-]{16,}$/)
    .optional()
    .register(facts, {
      purpose: 'Bearer token for `GET /metrics`.',
      takes: '16 or more letters, digits and -._~+/=',
      unset: 'metrics are public; in production they are not served',
    }),
  SLOW_OPERATION_MS: wholeNumber(0, 3_600_000).default(1_000).register(facts, {
    purpose:
      'How long an operation may take before its [line in the log](operations.md#logs) is a warning; 0 for none.',
    takes: 'a number of milliseconds from 0 to 3600000',
  }),
  BUILD_COMMIT: z
    .string()
    .regex(/^[\w./+-]{1,64}$/)
    .optional()
    .register(facts, {
      purpose: 'Commit that the server was built from, for [its metrics](operations.md#metrics).',
      takes: 'up to 64 letters, digits and ._/+-',
      unset: 'not known',
    }),
  WEBHOOK_ALLOW_PRIVATE: onOff.optional().register(facts, {
    purpose: 'Whether webhooks may be sent to addresses that are not public, such as `127.0.0.1`.',
    takes: ON_OFF,
    unset: ON_FOR_DEVELOPMENT,
  }),
  ...servingVariables,
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development').register(facts, {
    purpose: 'Selects the defaults that differ in production.',
    takes: 'development, production or test',
  }),
  TRUSTED_DOCUMENTS: z.enum(['off', 'prefer', 'only']).default('off').register(facts, {
    purpose:
      'Whether operations can be sent by the id of a [trusted document](clients/trusted-documents.md), and whether others are refused.',
    takes: 'off, prefer (documents by id, and all others) or only (no others)',
  }),
  TRUSTED_DOCUMENTS_FILE: z.string().optional().register(facts, {
    purpose: 'The manifests of trusted documents. Required with `prefer` and `only`.',
    takes: 'the path of a JSON file, or several, separated by commas',
    unset: '',
  }),
  GRAPHIQL: onOff.optional().register(facts, {
    purpose: 'Whether browsers are served GraphiQL.',
    takes: ON_OFF,
    unset: '`on`; `off` in production',
  }),
  INBOX: onOff.optional().register(facts, {
    purpose: 'Whether [the example inbox](inbox.md) is served at `/inbox`, if it has been built.',
    takes: ON_OFF,
    unset: '`on`; `off` in production',
  }),
  DEMO: onOff.optional().register(facts, {
    purpose: 'Whether a database without workspaces is filled with the demo workspace, and its key is shown.',
    takes: ON_OFF,
    unset: ON_FOR_DEVELOPMENT,
  }),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info').register(facts, {
    purpose: 'Least severe level that is logged.',
    takes: 'fatal, error, warn, info, debug, trace or silent',
  }),
  ...telemetryVariables,
});

export type Environment = z.infer<typeof environment>;

/** What the variable of this name takes, as error messages say it. */
export function takesOf(name: string): string {
  const schema = Object.entries(environment.shape).find(([key]) => key === name)?.[1];
  return (schema && facts.get(schema)?.takes) ?? 'another value';
}

function isDirectory(value: string): boolean {
  return !/^[a-z][a-z0-9+.-]+:/i.test(value) && !value.includes('\0');
}
