import type { ActorRef } from '../actors/actor.js';
import type { ApiKeyScope } from '../generated/prisma/enums.js';

/** Who asks. A key acts as itself; a bot's key acts as that bot. */
export type Viewer = {
  workspaceId: string;
  actor: ActorRef;
  /** The API key that was shown: what idempotency keys belong to. */
  keyId: string;
  scopes: ReadonlySet<ApiKeyScope>;
};
