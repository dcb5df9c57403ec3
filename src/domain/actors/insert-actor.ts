import type { SqlClient } from '../../db/client.js';
import type { ActorRef } from '../../lib/actor-ref.js';

/** Writes the actor that a new user, bot, contact or API key shares its id with. */
export async function insertActor(tx: SqlClient, workspaceId: string, { type, id }: ActorRef): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO "Actor" ("workspaceId", id, type) VALUES (${workspaceId}::uuid, ${id}::uuid, ${type}::"ActorType")`;
}
