import { type ActorRef, actorId } from '../../lib/actor-ref.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import type { AssigneeRef } from '../conversations/assignee.js';

/** Says that a user or bot takes no part in anything new. */
export function deactivated(actor: ActorRef): ConflictError {
  return new ConflictError(`${actorId(actor)} is deactivated. Reactivate it first, or name another one.`);
}

/**
 * Keeps a user or bot from being deactivated until the transaction ends, and answers whether they are active. What is
 * assigned to them meanwhile is then seen by whoever deactivates them.
 */
export async function holdIfActive({ tx, workspaceId }: Work, { type, id }: AssigneeRef): Promise<boolean> {
  const [row] =
    type === 'USER'
      ? await tx.$queryRaw<{ active: boolean }[]>`
          SELECT "deactivatedAt" IS NULL AS active FROM "User"
          WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`
      : await tx.$queryRaw<{ active: boolean }[]>`
          SELECT "deactivatedAt" IS NULL AS active FROM "Bot"
          WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid FOR SHARE`;
  return row?.active ?? false;
}

/** The same; throws ConflictError where the user or bot is deactivated. */
export async function holdActive(work: Work, actor: AssigneeRef): Promise<void> {
  if (!(await holdIfActive(work, actor))) throw deactivated(actor);
}
