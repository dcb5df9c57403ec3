import { randomBytes } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { migrate } from '../../src/db/migrate.js';
import { databaseUrl, dropDatabase, withClient } from '../support/scratch-database.js';

it('a database in another encoding than UTF-8 is refused at the start', async () => {
  const server = inject('databaseUrl');
  const name = `parley_latin_${randomBytes(6).toString('hex')}`;
  const create = `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LC_CTYPE 'C' LC_COLLATE 'C'`;
  // The builtin provider of the embedded PostgreSQL knows nothing of other encodings.
  const provider = `LOCALE_PROVIDER 'libc'`;
  await withClient(server, (client) => client.query(`${create} ${provider}`));
  try {
    await expect(migrate(databaseUrl(server, name))).rejects.toThrow(
      /is encoded in LATIN1: create one with ENCODING 'UTF8'/,
    );
  } finally {
    await dropDatabase(server, name);
  }
});
