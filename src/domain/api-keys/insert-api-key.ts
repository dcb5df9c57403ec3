import { hashApiKey, newApiKeySecret } from '../../auth/api-key.js';
import type { Prisma } from '../../generated/prisma/client.js';
import type { ApiKeyScope } from '../../generated/prisma/enums.js';
import { insertActor } from '../actors/actor.sql.js';

export type NewApiKey = {
  workspaceId: string;
  id: string;
  name: string;
  scopes: ApiKeyScope[];
  /** The bot the key acts as. Default: it acts as itself. */
  botId?: string | undefined;
  /** When the key stops working. Default: never. */
  expiresAt?: Date | undefined;
  createdAt: Date;
};

/** Inserts an API key and its actor. Returns the key's secret, of which only the hash is stored. */
export async function insertApiKey(tx: Prisma.TransactionClient, key: NewApiKey): Promise<string> {
  const secret = newApiKeySecret();
  await insertActor(tx, key.workspaceId, { type: 'API_KEY', id: key.id });
  await tx.apiKey.create({ data: { ...key, hash: hashApiKey(secret) } });
  return secret;
}
