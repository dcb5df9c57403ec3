import pg from 'pg';

export const NAME = 'parley';

// Another process was faster: 42710 and 42P04 report the duplicate, 23505 a unique index that noticed it first.
const ALREADY_THERE = new Set(['42710', '42P04', '23505']);

/**
 * Creates the role and the database of Parley if they are missing. As with most PostgreSQL services the role is not a
 * superuser, so that no code depends on that. It may create databases, as tests do.
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
