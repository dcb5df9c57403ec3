import path from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.js';

const url = 'postgresql://parley:secret@db:5432/parley';

test('an empty environment is a developer’s machine: loopback, the embedded database, GraphiQL and demo data', () => {
  expect(loadConfig({})).toEqual({
    mode: 'development',
    host: '127.0.0.1',
    port: 4000,
    database: { kind: 'embedded', dataDir: path.resolve('.data') },
    databasePoolSize: 20,
    redisUrl: undefined,
    maxOperationsPerSocket: 100,
    shutdownSeconds: 20,
    graphiql: true,
    demo: true,
    logLevel: 'info',
  });
});

test('production listens on all addresses and has neither GraphiQL nor demo data', () => {
  expect(loadConfig({ NODE_ENV: 'production', DATABASE_URL: url })).toMatchObject({
    host: '0.0.0.0',
    database: { kind: 'external', url },
    graphiql: false,
    demo: false,
  });
});

test('production shows GraphiQL and makes demo data when told to', () => {
  const env = { NODE_ENV: 'production', DATABASE_URL: url, GRAPHIQL: 'on', DEMO: 'on' };
  expect(loadConfig(env)).toMatchObject({ graphiql: true, demo: true });
});

test('a database of one’s own gets demo data only when told to', () => {
  expect(loadConfig({ DATABASE_URL: url }).demo).toBe(false);
  expect(loadConfig({ DATABASE_URL: url, DEMO: 'on' }).demo).toBe(true);
});

test('production refuses to start without a database rather than with a new one', () => {
  expect(() => loadConfig({ NODE_ENV: 'production' })).toThrow(/^DATABASE_URL is not set: .* PostgreSQL 15 or later/);
  expect(loadConfig({ NODE_ENV: 'production', DATA_DIR: '/var/lib/app' }).database).toEqual({
    kind: 'embedded',
    dataDir: '/var/lib/app',
  });
});

test('a variable that is set to nothing counts as not set', () => {
  const empty = { NODE_ENV: '', HOST: '', PORT: '', DATABASE_URL: '', DATA_DIR: '', GRAPHIQL: '', DEMO: '' };
  expect(loadConfig(empty)).toEqual(loadConfig({}));
});

test.for([
  ['NODE_ENV', 'staging', 'NODE_ENV is "staging": it takes development, production or test'],
  ['HOST', 'not a host', 'HOST is "not a host": it takes an IP address or a host name to listen on'],
  ['PORT', '65536', 'PORT is "65536": it takes a port from 1 to 65535, or 0 for any free one'],
  ['PORT', '4e3', 'PORT is "4e3": it takes a port from 1 to 65535, or 0 for any free one'],
  ['PORT', '-1', 'PORT is "-1": it takes a port from 1 to 65535, or 0 for any free one'],
  ['DATABASE_POOL_SIZE', '3', 'DATABASE_POOL_SIZE is "3": it takes a number of connections from 4 to 250'],
  ['GRAPHIQL', 'yes', 'GRAPHIQL is "yes": it takes on or off'],
  ['DEMO', 'True', 'DEMO is "True": it takes on or off'],
  ['LOG_LEVEL', 'loud', 'LOG_LEVEL is "loud": it takes fatal, error, warn, info, debug, trace or silent'],
] as const)('%s=%s is refused with what it takes', ([name, value, message]) => {
  expect(() => loadConfig({ [name]: value })).toThrow(new ConfigError(message));
});

test('a wrong DATABASE_URL is refused without showing its password', () => {
  const load = () => loadConfig({ DATABASE_URL: 'mysql://root:hunter2@db/parley' });
  expect(load).toThrow(/^DATABASE_URL is wrong: it takes a PostgreSQL URL/);
  expect(load).not.toThrow(/hunter2/);
});

test('several wrong variables are told in one line', () => {
  expect(() => loadConfig({ PORT: 'x\ny', DEMO: 'maybe' })).toThrow(
    /^PORT is "x\\ny": it takes .*; DEMO is "maybe": .*$/,
  );
});
