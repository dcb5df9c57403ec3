import type pg from 'pg';
import { Prisma } from '../../generated/prisma/client.js';
import { StartError } from '../../lib/program.js';

const OUR_TABLES: string[] = ['_prisma_migrations', ...Object.values(Prisma.ModelName)];
const EXTENSIONS = ['unaccent', 'pg_trgm', 'btree_gin'];

type ToMigrate = {
  role: string;
  database: string;
  mayCreateTables: boolean;
  mayCreateSchemas: boolean;
  /** Whether an extension or the schema of the job queue is missing. */
  needsSchemas: boolean;
  /** Roles whose tables it may not change. */
  owners: string[];
};

/**
 * Makes sure that the role may migrate, before the first migration begins.
 * @throws {StartError} with the GRANT that is missing
 */
export async function assertMayMigrate(client: pg.Client): Promise<void> {
  const { rows } = await client.query<ToMigrate>(
    `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database,
       has_schema_privilege('public', 'CREATE') AS "mayCreateTables",
       has_database_privilege(current_database(), 'CREATE') AS "mayCreateSchemas",
       (SELECT count(*) FROM pg_extension WHERE extname = ANY($1)) < cardinality($1)
         OR NOT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
           WHERE nspname = 'graphile_worker' AND relname = 'migrations') AS "needsSchemas",
       ARRAY(SELECT DISTINCT quote_ident(pg_get_userbyid(relowner)) FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relname = ANY($2) AND relkind = 'r'
           AND NOT pg_has_role(relowner, 'USAGE')) AS owners`,
    [EXTENSIONS, OUR_TABLES],
  );
  const [may] = rows;
  if (!may) return;
  const { role, database, owners } = may;
  const grants = [
    ...(may.mayCreateTables ? [] : [`GRANT CREATE, USAGE ON SCHEMA public TO ${role}`]),
    ...(may.mayCreateSchemas || !may.needsSchemas ? [] : [`GRANT CREATE ON DATABASE ${database} TO ${role}`]),
    ...owners.map((owner) => `GRANT ${owner} TO ${role}`),
  ];
  if (grants.length > 0) throw missing(role, 'migrate the database', grants);
}

type ToServe = { role: string; tables: boolean; queueOwner: string | null };

/**
 * Makes sure that the role may read and write all tables that there are.
 * @throws {StartError} with the GRANT that is missing
 */
export async function assertMayServe(client: pg.Client, variable = 'DATABASE_URL'): Promise<void> {
  const { rows } = await client.query<ToServe>(
    `SELECT quote_ident(current_user) AS role,
       has_schema_privilege('public', 'USAGE') AND NOT EXISTS (SELECT FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relname = ANY($1) AND relkind = 'r'
           AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT')
             AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE'))) AS tables,
       (SELECT quote_ident(pg_get_userbyid(relowner)) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname = 'graphile_worker' AND relname = '_private_jobs'
           AND (row_security_active(c.oid) OR NOT has_table_privilege(c.oid, 'INSERT'))) AS "queueOwner"`,
    [OUR_TABLES],
  );
  const [may] = rows;
  if (!may) return;
  const { role, tables, queueOwner } = may;
  // PostgreSQL hides the rows of the job queue from all but the owner, by policies of Graphile Worker.
  if (queueOwner !== null) throw missing(role, 'use the job queue', [`GRANT ${queueOwner} TO ${role}`], variable);
  const grant = `GRANT USAGE ON SCHEMA public TO ${role}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${role}`;
  if (!tables) throw missing(role, 'read and write all tables', [grant], variable);
}

function missing(role: string, what: string, grants: string[], variable = 'DATABASE_URL'): StartError {
  return new StartError(`The role ${role} of ${variable} may not ${what}: run ${grants.join('; ')}`);
}
