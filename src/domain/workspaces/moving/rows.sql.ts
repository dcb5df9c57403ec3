import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { MovedTable } from './tables.js';

/** The column by which the rows of a workspace are found. */
const ownerOf = (table: string) => (table === 'Workspace' ? 'id' : 'workspaceId');

/** Writes each row as it is, for JSON has neither of these characters. */
const RAW = `(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;

type Column = { name: string; type: string; isEnum: boolean; nullable: boolean };

/** The columns of a table that are written, other than that of the workspace; first one that is never null. */
async function columnsOf(client: ClientBase, table: string): Promise<Column[]> {
  const { rows } = await client.query<Column>(
    `SELECT column_name AS name, udt_name AS type, data_type = 'USER-DEFINED' AS "isEnum", is_nullable = 'YES' AS nullable
     FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND column_name <> $2
     ORDER BY is_nullable, ordinal_position`,
    [table, ownerOf(table)],
  );
  return rows;
}

/** Types of which the text needs no escapes in JSON: within quotes, and without. */
const quoted: ReadonlySet<string> = new Set(['uuid', 'timestamptz']);
const bare: ReadonlySet<string> = new Set(['int4', 'int8', 'bool', 'jsonb']);

/** The member of a column in the JSON of a row; NULL if it is null. row_to_json takes twice as long. */
function memberOf({ name, type, isEnum }: Column): string {
  if (isEnum || quoted.has(type)) return `'"${name}":"' || "${name}" || '"'`;
  return `'"${name}":' || ${bare.has(type) ? `"${name}"::text` : `to_json("${name}")::text`}`;
}

/** The rows of a workspace as lines of the form `{"Table":{…}}`, without the id of the workspace and what is null. */
export async function copyRows(client: ClientBase, { name, order }: MovedTable, workspaceId: string) {
  const [first, ...others] = (await columnsOf(client, name)).map(memberOf);
  const members = [first, ...others.map((member) => `',' || ${member}`)].join(', ');
  return client.query(
    copyTo(
      `COPY (SELECT concat('{"${name}":{', ${members}, '}}') FROM "${name}"
         WHERE "${ownerOf(name)}" = '${workspaceId}'::uuid ${order ? ` ORDER BY ${order}` : ''})
       TO STDOUT ${RAW}`,
    ),
  );
}

/** How many rows a workspace has in a table. */
export async function countRows(client: ClientBase, { name }: MovedTable, workspaceId: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::float8 AS count FROM "${name}" WHERE "${ownerOf(name)}" = $1`,
    [workspaceId],
  );
  return rows[0]?.count ?? 0;
}

/**
 * What a statement names so that its commit does not wait for the disk. Not a setting of the session, which a pooler may
 * hand on to others.
 */
export const WITHOUT_WAITING =
  "WITH without_waiting AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))";

type InsertOptions = {
  /** Whether its commit is not waited for. */
  withoutWaiting?: boolean;
  /** Whether some of the rows may be there already. */
  again?: boolean;
};

/** The statement that writes the rows $2, a JSON array, to a table of the workspace $1. */
export async function insertOf(
  client: ClientBase,
  table: string,
  { withoutWaiting = false, again = false }: InsertOptions = {},
): Promise<string> {
  const columns = (await columnsOf(client, table)).map(({ name }) => `"${name}"`);
  return `${withoutWaiting ? WITHOUT_WAITING : ''} INSERT INTO "${table}" ("${ownerOf(table)}", ${columns.join(', ')})
    SELECT $1::uuid, ${columns.map((column) => `r.${column}`).join(', ')}
    FROM ${withoutWaiting ? 'without_waiting, ' : ''}json_populate_recordset(NULL::"${table}", $2::json) r
    ${again ? `ON CONFLICT (${await primaryKeyOf(client, table)}) DO NOTHING` : ''}`;
}

async function primaryKeyOf(client: ClientBase, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(format('%I', attname), ', ') AS columns
     FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
     WHERE indisprimary AND indrelid = to_regclass(format('public.%I', $1::text))`,
    [table],
  );
  return rows[0]?.columns ?? '';
}
