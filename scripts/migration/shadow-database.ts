import { messages, PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { DriverAdapterError, type SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPGlite } from 'pglite-prisma-adapter';

export interface ShadowDatabase {
  factory: SqlMigrationAwareDriverAdapterFactory;
  close(): Promise<void>;
}

// In a form that the engine repeats in its own message.
const toDriverError = (error: unknown): unknown => {
  if (!(error instanceof messages.DatabaseError)) return error;
  const { code = '', severity = '', message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
};

/** An empty PostgreSQL in memory, to replay the migrations on. */
export const openShadowDatabase = async (): Promise<ShadowDatabase> => {
  const database = await PGlite.create({ extensions: { btree_gin, pg_trgm, unaccent } });
  const connect = async () => {
    const adapter = await new PrismaPGlite(database).connect();
    // The adapter's own version does not wait, so that a failing migration would count as applied.
    adapter.executeScript = async (script) => {
      await database.exec(script).catch((error: unknown) => {
        throw toDriverError(error);
      });
    };
    return adapter;
  };
  return {
    // The engine replays on the shadow of the database that it is given; this one is made for nothing else, so it is both.
    factory: { provider: 'postgres', adapterName: 'shadow', connect, connectToShadowDb: connect },
    close: () => database.close(),
  };
};
