import { expect, it } from 'vitest';
import { ConfigError, loadConfig } from '../src/config.js';

const DATABASE_URL = 'postgresql://parley:secret@db:5432/parley';
const STANDBY = 'postgresql://parley:secret@standby:5432/parley';

it('a read replica goes with the database that it follows', () => {
  expect(loadConfig({ DATABASE_URL }).databaseReplicaUrl).toBeUndefined();
  const asStandby = `${STANDBY}?target_session_attrs=standby`;
  expect(loadConfig({ DATABASE_URL, DATABASE_REPLICA_URL: asStandby }).databaseReplicaUrl).toBe(STANDBY);
  expect(() => loadConfig({ DATABASE_REPLICA_URL: STANDBY })).toThrow(
    new ConfigError('DATABASE_REPLICA_URL goes with DATABASE_URL, whose standby it leads to: set both, or neither'),
  );
});

it('the URL of a read replica must not ask for a primary, and is not quoted', () => {
  const asPrimary = `${STANDBY}?target_session_attrs=primary`;
  expect(() => loadConfig({ DATABASE_URL, DATABASE_REPLICA_URL: asPrimary })).toThrow(
    new ConfigError(
      'DATABASE_REPLICA_URL is wrong: it takes a PostgreSQL URL such as postgresql://user:password@standby:5432/database',
    ),
  );
});
