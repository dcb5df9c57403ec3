import { z } from 'zod';
import { hostsOf, standbyUrl } from '../lib/urls.js';
import { facts, ON_OFF, onOff, wholeNumber } from './variable.js';

/** The variables of the database. */
export const databaseVariables = {
  DATABASE_URL: z
    .string()
    .refine((url) => hostsOf(url) !== null)
    .optional()
    .register(facts, {
      purpose: 'PostgreSQL 15 or later to connect to; [several hosts](operations.md#failover) as libpq takes them.',
      takes: 'a PostgreSQL URL such as postgresql://user:password@host:5432/database',
      unset: 'the embedded PostgreSQL, with its data in `DATA_DIR`; production requires one of the two variables',
    }),
  DATABASE_POOL_URL: z
    .string()
    .refine((url) => hostsOf(url) !== null)
    .optional()
    .register(facts, {
      purpose:
        '[PgBouncer in transaction mode](operations.md#pgbouncer) in front of the same database, for requests and actions; what needs a session goes to `DATABASE_URL`.',
      takes: 'the URL of a database of PgBouncer such as postgresql://user:password@host:6432/database',
      unset: '`DATABASE_URL` for everything',
    }),
  DATABASE_REPLICA_URL: z
    .string()
    .transform((url, context) => {
      const standby = standbyUrl(url);
      if (standby !== null) return standby;
      context.addIssue({ code: 'custom' });
      return z.NEVER;
    })
    .optional()
    .register(facts, {
      purpose: 'Standby of `DATABASE_URL` from which [queries are read](operations.md#read-replicas).',
      takes: 'a PostgreSQL URL such as postgresql://user:password@standby:5432/database',
      unset: 'all is read from `DATABASE_URL`',
    }),
  DATA_DIR: z.string().optional().register(facts, {
    purpose: 'Where the embedded PostgreSQL and local uploads are kept.',
    takes: 'a directory',
    unset: '`.data`',
  }),
  EMBEDDED_PORT: wholeNumber(1, 65_535).optional().register(facts, {
    purpose:
      'Port of the embedded PostgreSQL on 127.0.0.1, for [tools such as psql](operations.md#the-embedded-postgresql).',
    takes: 'a port from 1 to 65535',
    unset: 'any free one, another at each start',
  }),
  DATABASE_POOL_SIZE: wholeNumber(4, 250).default(20).register(facts, {
    purpose: 'Maximum database connections for requests; [others come on top](operations.md#connections).',
    takes: 'a number of connections from 4 to 250',
  }),
  MIGRATE: onOff.default(true).register(facts, {
    purpose:
      'Whether the process applies missing [migrations](operations.md#migrations); if not, it does not start without them.',
    takes: ON_OFF,
  }),
  DATABASE_COPY: onOff.optional().register(facts, {
    purpose: 'Whether the database is [a copy](operations.md#copies), in which background work is off.',
    takes: ON_OFF,
    unset: 'what the database says, which knows where it was written',
  }),
};
