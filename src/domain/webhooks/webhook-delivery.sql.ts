import type { SqlClient } from '../../db/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { DeliveryStatus } from '../../generated/prisma/enums.js';

/** Constants, for a parameter's value is not known when the index of what failed, or of what waits, is chosen. */
const standing: Record<DeliveryStatus, Prisma.Sql> = {
  PENDING: Prisma.sql`d.status = 'PENDING'`,
  SUCCEEDED: Prisma.sql`d.status = 'SUCCEEDED'`,
  FAILED: Prisma.sql`d.status = 'FAILED'`,
};

/** The deliveries `d` of a workspace, those that stand so or all. */
export function deliveriesThat(status: DeliveryStatus | null, workspaceId: string): Prisma.Sql {
  return Prisma.sql`d."workspaceId" = ${workspaceId}::uuid AND ${status === null ? Prisma.sql`TRUE` : standing[status]}`;
}

/** Removes at most so many settled deliveries that are older, and answers how many there were. */
export async function removeDeliveries(prisma: SqlClient, before: Date, limit: number): Promise<number> {
  return prisma.$executeRaw`
    DELETE FROM "WebhookDelivery" WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM "WebhookDelivery" WHERE "createdAt" < ${before} AND status <> 'PENDING'
      ORDER BY "createdAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}
