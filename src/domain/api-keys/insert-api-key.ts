import { hashApiKey, newApiKeySecret } from '../../auth/api-key.js';
import type { Prisma } from '../../generated/prisma/client.js';
import type { ApiKeyScope } from '../../generated/prisma/enums.js';
import { insertActor } from '../actors/actor.sql.js';

export type NewApiKey = {
  workspaceId: string;
  id: string;
  name: string;
  scopes: ApiKeyScope[];
  /** The bot that the key acts as. */
  botId?: string | undefined;
  /** When it stops working; left out: never. */
  expiresAt?: Date | undefined;
  createdAt: Date;
};

/** Writes a new API key and answers its secret, which is kept nowhere. */
export async function insertApiKey(tx: Prisma.TransactionClient, key: NewApiKey): Promise<string> {
  const secret = newApiKeySecret();
  await insertActor(tx, key.workspaceId, { type: 'API_KEY', id: key.id });
  await tx.apiKey.create({ data: { ...key, hash: hashApiKey(secret) } });
  return secret;
}
