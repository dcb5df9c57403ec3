import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { assertMayServe } from '../../src/db/migrate/rights.js';
import { migrate } from '../../src/db/migrate.js';
import { noClusters, useClusters } from '../support/cluster.js';
import { withClient } from '../support/scratch-database.js';

describe.skipIf(noClusters)(`a role that lacks rights (${noClusters ?? 'in a cluster of the test'})`, () => {
  const newCluster = useClusters();
  let server = '';
  beforeAll(async () => {
    server = (await newCluster()).url;
    await withClient(server, (sql) => sql.query('CREATE ROLE owner LOGIN; CREATE ROLE "The app" LOGIN'));
  });

  /** A new database of this owner, and how to reach it as whom. */
  async function newDatabase(owner: string) {
    const name = `db_${randomBytes(4).toString('hex')}`;
    await withClient(server, (sql) => sql.query(`CREATE DATABASE ${name} OWNER ${owner}`));
    const as = (role: string) =>
      Object.assign(new URL(server), { username: encodeURIComponent(role), pathname: `/${name}` }).href;
    return { name, as, run: (sql: string) => withClient(as('postgres'), (client) => client.query(sql)) };
  }

  const refusalOf = (url: string) =>
    migrate(url).then(
      () => null,
      (error: Error) => error.message,
    );

  /** Runs what a refusal says. */
  const grantsIn = (refusal: string | null) => refusal?.split(': run ')[1] ?? '';

  it('is told which grants it needs to migrate, and migrates with them', async () => {
    const { name, as, run } = await newDatabase('postgres');
    const refusal = await refusalOf(as('owner'));
    expect(refusal).toBe(
      `The role owner of DATABASE_URL may not migrate the database: run GRANT CREATE, USAGE ON SCHEMA public TO owner; GRANT CREATE ON DATABASE ${name} TO owner`,
    );
    const { rows } = await withClient(as('postgres'), (sql) =>
      sql.query("SELECT FROM pg_tables WHERE schemaname = 'public'"),
    );
    expect(rows).toEqual([]);
    await run(grantsIn(refusal));
    expect(await refusalOf(as('owner'))).toBeNull();
  });

  it('is told which grants it needs to serve a database of another role', async () => {
    const { as, run } = await newDatabase('owner');
    await migrate(as('owner'));
    const refusal = await refusalOf(as('The app'));
    expect(refusal).toBe('The role "The app" of DATABASE_URL may not use the job queue: run GRANT owner TO "The app"');
    await run(grantsIn(refusal));
    expect(await refusalOf(as('The app'))).toBeNull();
  });

  it('is told of tables that it may only read', async () => {
    const { as, run } = await newDatabase('owner');
    await migrate(as('owner'));
    const check = () => withClient(as('owner'), assertMayServe);
    await run('REVOKE UPDATE ON "Contact" FROM owner');
    await expect(check()).rejects.toThrow(
      'may not read and write all tables: run GRANT USAGE ON SCHEMA public TO owner; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO owner',
    );
    await run('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO owner');
    await check();
  });
});
