import type { SqlClient } from '../../db/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import type { DeliveryStatus } from '../../generated/prisma/enums.js';

/** Constants: PostgreSQL plans a query before it knows its parameters, and could not use the partial indexes by status. */
const hasStatus: Record<DeliveryStatus, Prisma.Sql> = {
  PENDING: Prisma.sql`d.status = 'PENDING'`,
  SUCCEEDED: Prisma.sql`d.status = 'SUCCEEDED'`,
  FAILED: Prisma.sql`d.status = 'FAILED'`,
};

/** The condition for deliveries `d` of a workspace with a status; null is any status. */
export function deliveriesWith(status: DeliveryStatus | null, workspaceId: string): Prisma.Sql {
  return Prisma.sql`d."workspaceId" = ${workspaceId}::uuid AND ${status === null ? Prisma.sql`TRUE` : hasStatus[status]}`;
}

/** Removes at most `limit` settled deliveries created before a time, and returns how many. */
export async function removeDeliveries(prisma: SqlClient, before: Date, limit: number): Promise<number> {
  return prisma.$executeRaw`
    DELETE FROM "WebhookDelivery" WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM "WebhookDelivery" WHERE "createdAt" < ${before} AND status <> 'PENDING'
      ORDER BY "createdAt" LIMIT ${limit} FOR UPDATE SKIP LOCKED))`;
}
