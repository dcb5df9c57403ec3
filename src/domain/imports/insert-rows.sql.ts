import type { SqlClient } from '../../db/client.js';
import { Prisma } from '../../generated/prisma/client.js';

const MOST = 1_000;

/**
 * Inserts rows of a table, of which each has the members of the first one as columns. Columns that are left out get their
 * default.
 */
export async function insertRows<Row extends object>(
  tx: SqlClient,
  table: Prisma.ModelName,
  rows: readonly Row[],
  onConflict: Prisma.Sql = Prisma.empty,
): Promise<void> {
  for (let from = 0; from < rows.length; from += MOST) {
    const some = rows.slice(from, from + MOST);
    const columns = Prisma.raw(
      Object.keys(some[0] ?? {})
        .map((name) => `"${name}"`)
        .join(', '),
    );
    const name = Prisma.raw(`"${table}"`);
    await tx.$executeRaw`INSERT INTO ${name} (${columns})
      SELECT ${columns} FROM json_populate_recordset(NULL::${name}, ${JSON.stringify(some)}::json) ${onConflict}`;
  }
}
