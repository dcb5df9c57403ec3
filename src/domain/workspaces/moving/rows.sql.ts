import type { ClientBase } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { MovedTable } from './tables.js';

/** The column by which the rows of a workspace are found. */
const ownerOf = (table: string) => (table === 'Workspace' ? 'id' : 'workspaceId');

/** Writes each row as it is, for JSON has neither of these characters. */
const RAW = `(FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')`;

/** The columns of a table that are written, other than that of the workspace, quoted. */
async function columnsOf(client: ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ column: string }>(
    `SELECT quote_ident(column_name) AS column FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER' AND column_name <> $2
     ORDER BY ordinal_position`,
    [table, ownerOf(table)],
  );
  return rows.map(({ column }) => column);
}

/** The rows of a workspace as lines of the form `{"Table":{…}}`, without the id of the workspace. */
export async function copyRows(client: ClientBase, { name, order }: MovedTable, workspaceId: string) {
  const columns = await columnsOf(client, name);
  const rows = `SELECT ${columns.join(', ')} FROM "${name}" WHERE "${ownerOf(name)}" = '${workspaceId}'::uuid`;
  return client.query(
    copyTo(
      `COPY (SELECT '{"${name}":' || row_to_json(r)::text || '}' FROM (${rows}${order ? ` ORDER BY ${order}` : ''}) r)
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

/** The statement that writes the rows $2, a JSON array, to a table of the workspace $1. */
export async function insertOf(client: ClientBase, table: string): Promise<string> {
  const columns = await columnsOf(client, table);
  return `INSERT INTO "${table}" ("${ownerOf(table)}", ${columns.join(', ')})
    SELECT $1::uuid, ${columns.map((column) => `r.${column}`).join(', ')}
    FROM json_populate_recordset(NULL::"${table}", $2::json) r`;
}
