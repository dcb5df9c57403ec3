import type { EventHead } from '../generated/prisma/client.js';
import { perOperation } from '../graphql/context.js';
import type { LogPlace } from './cursor.js';

/** Where the viewer's log ended when the operation first asked. */
export const logHead = perOperation(async ({ database, viewer }): Promise<LogPlace> => {
  const [head] = await database.prisma.$queryRaw<EventHead[]>`
    SELECT * FROM "EventHead" WHERE "workspaceId" = ${viewer.workspaceId}::uuid`;
  return { position: Number(head?.position ?? 0), eventId: head?.eventId ?? null };
});
