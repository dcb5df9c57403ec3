import path from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.js';
import { unknownId } from './support/ids.js';

const url = 'postgresql://parley:secret@db:5432/parley';

it("an empty environment configures a developer's machine: loopback, embedded database, GraphiQL and demo data", () => {
  expect(loadConfig({})).toEqual({
    mode: 'development',
    host: '127.0.0.1',
    port: 4000,
    corsOrigins: '*',
    database: { kind: 'embedded', dataDir: path.resolve('.data') },
    databasePoolSize: 20,
    migrate: true,
    redisUrl: undefined,
    secretKeys: [],
    maxOperationsPerSocket: 100,
    maxWaitingRequests: 1_000,
    maxEventLoopDelayMs: 1_000,
    refuseQueues: true,
    maxQuerySeconds: 15,
    maxConnections: { key: 10_000, user: 50 },
    maxDistinctSubscriptions: 30,
    rateLimits: { key: 300_000_000, user: 10_000_000, contact: 1_000_000, sends: 60 },
    maxFailedAuthentications: 100,
    trustedProxies: [],
    maxResponseBytes: 10_000_000,
    drainSeconds: 0,
    shutdownSeconds: 20,
    keepAliveSeconds: 65,
    webhookAllowPrivate: true,
    worker: true,
    idempotencyDays: 30,
    metrics: { token: undefined },
    uploads: { kind: 'local', directory: path.resolve('.data/uploads') },
    uploadsByDefault: true,
    uploadMaxBytes: 26_214_400,
    maxStoredBytes: { contact: 2_000_000_000, workspace: 0 },
    trustedDocuments: { mode: 'off', files: [] },
    graphiql: true,
    inbox: true,
    demo: true,
    logLevel: 'info',
    slowOperationMs: 1_000,
  });
});

it('production listens on all addresses and has neither GraphiQL, the inbox nor demo data', () => {
  expect(loadConfig({ NODE_ENV: 'production', DATABASE_URL: url })).toMatchObject({
    host: '0.0.0.0',
    drainSeconds: 5,
    database: { kind: 'external', url },
    graphiql: false,
    inbox: false,
    demo: false,
  });
});

it('pages of any origin may use the API, in production only those of the listed origins', () => {
  const origins = (env: NodeJS.ProcessEnv) => loadConfig({ DATABASE_URL: url, ...env }).corsOrigins;
  expect(origins({})).toBe('*');
  expect(origins({ NODE_ENV: 'production' })).toEqual([]);
  expect(origins({ NODE_ENV: 'production', CORS_ORIGINS: ' * ' })).toBe('*');
  expect(
    origins({ CORS_ORIGINS: 'HTTPS://App.example.com:443/, http://localhost:3000,capacitor://localhost' }),
  ).toEqual(['https://app.example.com', 'http://localhost:3000', 'capacitor://localhost']);
});

it.for([
  'app.example.com',
  'https://app.example.com/path',
  'https://*.example.com',
  'https://a.example.com,*',
  'https://a.example.com,,https://b.example.com',
  'https://user@a.example.com',
  'null',
])('CORS_ORIGINS=%s is refused with what it takes', (CORS_ORIGINS) => {
  expect(() => loadConfig({ CORS_ORIGINS })).toThrow(
    `CORS_ORIGINS is "${CORS_ORIGINS}": it takes * for any, or origins separated by commas, such as https://`,
  );
});

it('production serves GraphiQL and creates demo data only if told to', () => {
  const env = { NODE_ENV: 'production', DATABASE_URL: url, GRAPHIQL: 'on', DEMO: 'on' };
  expect(loadConfig(env)).toMatchObject({ graphiql: true, demo: true });
});

it('production serves metrics only to callers with a token', () => {
  const production = { NODE_ENV: 'production', DATABASE_URL: url };
  expect(loadConfig(production).metrics).toBeUndefined();
  const token = '0123456789abcdef';
  expect(loadConfig({ ...production, METRICS_TOKEN: token }).metrics).toEqual({ token });
});

it.for(['GRAPHIQL', 'DEMO', 'WORKER', 'WEBHOOK_ALLOW_PRIVATE'])('%s accepts on, off, 1 and 0', (name) => {
  const set = (value: string) => loadConfig({ [name]: value });
  expect([set('1'), set('0')]).toEqual([set('on'), set('off')]);
  expect(set('on')).not.toEqual(set('off'));
  expect(() => set('ON')).toThrow(`${name} is "ON": it takes on or off (or 1 or 0)`);
});

it('an external database gets demo data only if told to', () => {
  expect(loadConfig({ DATABASE_URL: url }).demo).toBe(false);
  expect(loadConfig({ DATABASE_URL: url, DEMO: 'on' }).demo).toBe(true);
});

it("webhooks may go to private addresses only on a developer's machine, unless configured otherwise", () => {
  const allowed = (env: NodeJS.ProcessEnv) => loadConfig(env).webhookAllowPrivate;
  expect([{}, { DATA_DIR: '/srv/data' }, { DATABASE_URL: url, WEBHOOK_ALLOW_PRIVATE: '1' }].map(allowed)).toEqual([
    true,
    true,
    true,
  ]);
  expect(
    [
      { DATABASE_URL: url },
      { NODE_ENV: 'production', DATABASE_URL: url },
      { NODE_ENV: 'production', DATA_DIR: '/srv/data' },
      { WEBHOOK_ALLOW_PRIVATE: '0' },
    ].map(allowed),
  ).toEqual([false, false, false, false]);
});

it('production refuses to start without a configured database instead of creating one', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(/^DATABASE_URL is not set: .* PostgreSQL 15 or later/);
  expect(loadConfig({ NODE_ENV: 'production', DATA_DIR: '/var/lib/app' }).database).toEqual({
    kind: 'embedded',
    dataDir: '/var/lib/app',
  });
});

it('a variable set to an empty string counts as unset', () => {
  const empty = { NODE_ENV: '', HOST: '', PORT: '', DATABASE_URL: '', DATA_DIR: '', GRAPHIQL: '', DEMO: '' };
  expect(loadConfig(empty)).toEqual(loadConfig({}));
});

it.for([
  ['NODE_ENV', 'staging', 'NODE_ENV is "staging": it takes development, production or test'],
  ['HOST', 'not a host', 'HOST is "not a host": it takes an IP address or a host name to listen on'],
  ['PORT', '65536', 'PORT is "65536": it takes a port from 1 to 65535, or 0 for any free one'],
  ['PORT', '4e3', 'PORT is "4e3": it takes a port from 1 to 65535, or 0 for any free one'],
  ['PORT', '-1', 'PORT is "-1": it takes a port from 1 to 65535, or 0 for any free one'],
  ['DATABASE_POOL_SIZE', '3', 'DATABASE_POOL_SIZE is "3": it takes a number of connections from 4 to 250'],
  [
    'PUBLIC_URL',
    'https://user:password@chat.example.com',
    'PUBLIC_URL is wrong: it takes the http or https URL that clients reach the server by, such as https://chat.example.com',
  ],
  ['AUDIT_DAYS', '0', 'AUDIT_DAYS is "0": it takes a number of days from 1 to 3650'],
  ['EVENT_RETENTION_DAYS', '0', 'EVENT_RETENTION_DAYS is "0": it takes a number of days from 1 to 3650'],
  ['METRICS_TOKEN', 'too short', 'METRICS_TOKEN is wrong: it takes 16 or more letters, digits and -._~+/='],
  [
    'TOKEN_SECRET',
    'hunter2 is too short a secret',
    'TOKEN_SECRET is wrong: it takes at least 32 bytes of secret text, or an Ed25519 private key in PEM (PKCS #8), whose line breaks may be written as \\n',
  ],
  [
    'JWKS_URL',
    'http://id.example.com/keys',
    "JWKS_URL is wrong: it takes the https URL of an identity provider's keys, or an http one on this machine",
  ],
  [
    'JWT_ISSUER',
    'parley',
    'JWT_ISSUER is "parley": it takes the `iss` of the identity provider\'s tokens; parley is taken by session tokens',
  ],
  ['JWT_WORKSPACE', 'acme', 'JWT_WORKSPACE is "acme": it takes the id of a workspace, which begins with ws_'],
  ['WORKER', 'no', 'WORKER is "no": it takes on or off (or 1 or 0)'],
  [
    'UPLOAD_MAX_BYTES',
    '2000000001',
    'UPLOAD_MAX_BYTES is "2000000001": it takes a number of bytes from 1 to 2000000000',
  ],
  [
    'TRUSTED_DOCUMENTS',
    'on',
    'TRUSTED_DOCUMENTS is "on": it takes off, prefer (documents by id, and all others) or only (no others)',
  ],
  ['GRAPHIQL', 'yes', 'GRAPHIQL is "yes": it takes on or off (or 1 or 0)'],
  ['DEMO', 'True', 'DEMO is "True": it takes on or off (or 1 or 0)'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud": it takes fatal, error, warn, info, debug, trace or silent'],
] as const)('%s=%s is refused with a message that says what is accepted', ([name, value, message]) => {
  expect(() => loadConfig({ [name]: value })).toThrow(new ConfigError(message));
});

it('a wrong DATABASE_URL is refused without showing its password', () => {
  const load = () => loadConfig({ DATABASE_URL: 'mysql://root:hunter2@db/parley' });
  expect(load).toThrow(/^DATABASE_URL is wrong: it takes a PostgreSQL URL/);
  expect(load).not.toThrow(/hunter2/);
});

it('uploads are stored in a directory beside the data, or where UPLOADS says', () => {
  const uploadsOf = (env: NodeJS.ProcessEnv) => loadConfig(env).uploads;
  expect(uploadsOf({ DATA_DIR: '/srv/data' })).toEqual({ kind: 'local', directory: '/srv/data/uploads' });
  expect(uploadsOf({ UPLOADS: 'files', DATA_DIR: '/srv/data' })).toEqual({
    kind: 'local',
    directory: path.resolve('files'),
  });
  expect(uploadsOf({ UPLOADS: 's3://my-bucket' })).toEqual({
    kind: 's3',
    bucket: 'my-bucket',
    prefix: '',
    forcePathStyle: false,
  });
  const UPLOADS = 's3://b.1/chat/files/?endpoint=https://s3.example.com:9000&region=eu-west-1&forcePathStyle=true';
  expect(uploadsOf({ UPLOADS })).toEqual({
    kind: 's3',
    bucket: 'b.1',
    prefix: 'chat/files/',
    endpoint: 'https://s3.example.com:9000',
    region: 'eu-west-1',
    forcePathStyle: true,
  });
});

it.for([
  's3://',
  's3://UPPER/',
  's3://key:hunter2@bucket',
  's3://bucket?endpoint=s3.example.com',
  's3://bucket?nonsense=1',
  's3://bucket/a%20b',
  'https://bucket.example.com',
  'file:///srv',
])('UPLOADS=%s is refused with a message that says what is accepted and does not show the value', (UPLOADS) => {
  expect(() => loadConfig({ UPLOADS })).toThrow(
    new ConfigError(
      'UPLOADS is wrong: it takes a directory, or an S3 bucket such as s3://bucket/prefix?endpoint=https://host&region=eu-central-1',
    ),
  );
});

it('trusted documents are in one or several files, and are not needed while they are off', () => {
  const trustedOf = (env: NodeJS.ProcessEnv) => loadConfig(env).trustedDocuments;
  const TRUSTED_DOCUMENTS_FILE = 'web.json, /srv/app.json';
  const files = [path.resolve('web.json'), '/srv/app.json'];
  expect(trustedOf({ TRUSTED_DOCUMENTS: 'only', TRUSTED_DOCUMENTS_FILE })).toEqual({ mode: 'only', files });
  expect(trustedOf({ TRUSTED_DOCUMENTS_FILE })).toEqual({ mode: 'off', files });
  expect(() => trustedOf({ TRUSTED_DOCUMENTS: 'prefer', TRUSTED_DOCUMENTS_FILE: ' , ' })).toThrow(
    new ConfigError(
      'TRUSTED_DOCUMENTS_FILE is not set: with TRUSTED_DOCUMENTS=prefer it takes the path of a JSON file, or several, separated by commas',
    ),
  );
});

it('an identity provider needs its keys, issuer and audience together', () => {
  const whole = { JWKS_URL: 'http://127.0.0.1:9/keys', JWT_ISSUER: 'https://id.example.com/', JWT_AUDIENCE: 'parley' };
  expect(loadConfig(whole).identityProvider).toEqual({
    jwksUrl: whole.JWKS_URL,
    issuer: whole.JWT_ISSUER,
    audience: whole.JWT_AUDIENCE,
  });
  for (const name of Object.keys(whole)) {
    expect(() => loadConfig({ ...whole, [name]: '' })).toThrow('go together');
  }
  const workspace = unknownId('Workspace');
  expect(loadConfig({ ...whole, JWT_WORKSPACE: workspace }).identityProvider).toMatchObject({ workspace });
  expect(() => loadConfig({ JWT_WORKSPACE: workspace })).toThrow('JWT_WORKSPACE');
});

it('a PUBLIC_URL loses its trailing slash', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://chat.example.com/parley/' }).publicUrl).toBe(
    'https://chat.example.com/parley',
  );
});

it('several wrong variables are reported in one line', () => {
  expect(() => loadConfig({ PORT: 'x\ny', DEMO: 'maybe' })).toThrow(
    /^PORT is "x\\ny": it takes .*; DEMO is "maybe": .*$/,
  );
});

it('a pooler goes beside DATABASE_URL, and not without', () => {
  const DATABASE_POOL_URL = 'postgresql://parley:secret@pooler:6432/parley';
  expect(loadConfig({ DATABASE_URL: url, DATABASE_POOL_URL })).toMatchObject({ databasePoolUrl: DATABASE_POOL_URL });
  expect(() => loadConfig({ DATABASE_POOL_URL })).toThrow(/^DATABASE_POOL_URL is set without DATABASE_URL: /);
});
