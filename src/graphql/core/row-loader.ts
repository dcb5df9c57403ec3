import DataLoader from 'dataloader';
import { anyIn } from '../../db/any-in.js';
import { Prisma } from '../../generated/prisma/client.js';
import { type Context, perOperation } from './context.js';

type Fetch<Row> = (context: Context, ids: string[]) => Promise<Row[]>;

/** A loader of rows by id, which batches ids into one fetch; null for ids that are not found. */
export function loaderById<Row extends { id: string }>(fetch: Fetch<Row>) {
  return perOperation(
    (context) =>
      new DataLoader<string, Row | null>(async (ids) => {
        const rows = await fetch(context, [...ids]);
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id) ?? null);
      }),
  );
}

/** A loader of a table's rows in the viewer's workspace by id; null for ids that are not found. */
export function rowLoader<Row extends { id: string }>(table: Prisma.ModelName) {
  const from = Prisma.raw(`"${table}"`);
  return loaderById<Row>(
    ({ database, viewer }, ids) => database.lookUp`
      SELECT * FROM ${from} WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')}`,
  );
}
