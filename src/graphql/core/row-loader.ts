import DataLoader from 'dataloader';
import { Prisma } from '../../generated/prisma/client.js';
import { type Context, perOperation } from './context.js';

type Fetch<Row> = (context: Context, ids: string[]) => Promise<Row[]>;

/** Loads rows by id, those asked for together in one fetch; null for each that it does not find. */
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

/** Loads rows of the viewer's workspace by id; null where there is none. */
export function rowLoader<Row extends { id: string }>(table: Prisma.ModelName) {
  const from = Prisma.raw(`"${table}"`);
  return loaderById<Row>(
    ({ database, viewer }, ids) => database.prisma.$queryRaw`
      SELECT * FROM ${from} WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND id = ANY(${ids}::uuid[])`,
  );
}
