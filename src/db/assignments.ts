import { Prisma } from '../generated/prisma/client.js';

/** The part after SET of an UPDATE. Columns whose value is undefined are left as they are. */
export function assignments(changes: object): Prisma.Sql {
  const changed = Object.entries(changes).filter(([, value]) => value !== undefined);
  return Prisma.join(changed.map(([column, value]) => Prisma.sql`${Prisma.raw(`"${column}"`)} = ${value}`));
}
