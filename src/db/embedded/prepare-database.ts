import pg from 'pg';

export const NAME = 'parley';

// Another process did the same at the same time: 42710 and 42P04 are duplicates, 23505 the same seen by a unique index.
const ALREADY_THERE = new Set(['42710', '42P04', '23505']);

/**
 * Makes the role and the database that Parley works with, when they are missing. The role is no superuser, as with most
 * PostgreSQL services, so that nothing comes to rely on it; it may create databases, as tests do.
 */
export async function prepareDatabase(superuser: pg.Client, password: string): Promise<void> {
  const { rows } = await superuser.query(
    `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = '${NAME}') AS role,
            EXISTS (SELECT FROM pg_database WHERE datname = '${NAME}') AS database`,
  );
  if (!rows[0]?.role) {
    await create(superuser, `CREATE ROLE ${NAME} LOGIN CREATEDB PASSWORD ${pg.escapeLiteral(password)}`);
  }
  if (!rows[0]?.database) await create(superuser, `CREATE DATABASE ${NAME} OWNER ${NAME}`);
}

async function create(superuser: pg.Client, statement: string): Promise<void> {
  try {
    await superuser.query(statement);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && ALREADY_THERE.has(error.code ?? ''))) throw error;
  }
}
