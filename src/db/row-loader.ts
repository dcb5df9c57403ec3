import DataLoader from 'dataloader';
import { Prisma } from '../generated/prisma/client.js';
import { type Context, perOperation } from '../graphql/context.js';

/** Loads rows of the viewer's workspace by id, those asked for together in one statement; null where there is none. */
export function rowLoader<Row extends { id: string }>(table: Prisma.ModelName) {
  const from = Prisma.raw(`"${table}"`);
  return perOperation(
    ({ database, viewer }: Context) =>
      new DataLoader<string, Row | null>(async (ids) => {
        const rows = await database.prisma.$queryRaw<Row[]>`
          SELECT * FROM ${from} WHERE "workspaceId" = ${viewer.workspaceId}::uuid AND id = ANY(${[...ids]}::uuid[])`;
        const byId = new Map(rows.map((row) => [row.id, row]));
        return ids.map((id) => byId.get(id) ?? null);
      }),
  );
}
