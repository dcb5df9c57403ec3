import { type Caller, isAboveMaker } from '../../auth/viewer.js';
import type { SqlClient } from '../../db/client.js';
import { type ActorRef, actorId, type SystemRef } from '../../lib/actor-ref.js';
import { ForbiddenError } from '../../lib/errors.js';
import { roleOfUser } from '../users/user.sql.js';

/**
 * Notes in whose name the viewer acts, if not in its own, and checks that it may: a key that a user made cannot act for
 * users whose role is above that of its maker. Whether the viewer may act for others at all was decided before.
 * @throws {ForbiddenError} if the actor is such a user
 */
export async function assertMayActFor(
  { tx, workspaceId, viewer, actsFor }: Caller & { tx: SqlClient; workspaceId: string },
  actor: ActorRef | SystemRef,
): Promise<void> {
  if (actor.id === viewer.actor.id) return;
  actsFor.add(actorId(actor));
  // Nobody is above an OWNER, so for the keys of owners and operators there is nothing to look up.
  if (actor.type !== 'USER' || !isAboveMaker('OWNER', viewer)) return;
  const role = await roleOfUser(tx, workspaceId, actor.id);
  if (!role || !isAboveMaker(role, viewer)) return;
  throw new ForbiddenError(
    `This API key cannot act for ${actorId(actor)}, whose role ${role} is above that of the user who made the key. Use a key that a user with this role made.`,
  );
}
