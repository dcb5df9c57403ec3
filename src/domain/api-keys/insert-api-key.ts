import type { AuditEntry } from '../../audit/audit-entry.js';
import { hashApiKey, newApiKeySecret } from '../../auth/api-key.js';
import type { Viewer } from '../../auth/viewer.js';
import type { ApiKey, Prisma } from '../../generated/prisma/client.js';
import type { ApiKeyScope } from '../../generated/prisma/enums.js';
import { encodeId } from '../../lib/ids.js';
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
  /** Who makes it. Default: an operator. */
  maker?: Viewer | undefined;
};

/** Inserts an API key and its actor. Returns the key's secret, of which only the hash is stored. */
export async function insertApiKey(tx: Prisma.TransactionClient, { maker, ...key }: NewApiKey): Promise<string> {
  const secret = newApiKeySecret();
  await insertActor(tx, key.workspaceId, { type: 'API_KEY', id: key.id });
  await tx.apiKey.create({ data: { ...key, ...(maker ? await madeBy(tx, maker) : {}), hash: hashApiKey(secret) } });
  return secret;
}

/** The audit entry of a new key: what it may do, as which bot, and until when. */
export function auditNewKey({ id, name, scopes, botId, expiresAt }: Omit<NewApiKey, 'maker'>): AuditEntry {
  const values = { name, scopes, botId: botId && encodeId('Bot', botId), expiresAt };
  const changes = Object.entries(values).flatMap(([field, to]) =>
    to === undefined ? [] : [{ field, from: null, to }],
  );
  return { action: 'apiKey.created', targetId: id, changes };
}

/** The maker of a new key, and everybody it goes back to: the maker, whoever vouched for its token, and those of its key. */
async function madeBy(
  tx: Prisma.TransactionClient,
  { workspaceId, actor, credential }: Viewer,
): Promise<Pick<ApiKey, 'createdByType' | 'createdById' | 'makerIds'>> {
  const { keyId } = credential;
  const key = keyId
    ? await tx.apiKey.findUniqueOrThrow({
        where: { workspaceId_id: { workspaceId, id: keyId } },
        select: { makerIds: true },
      })
    : null;
  const issuerId = credential.type === 'TOKEN' ? credential.issuerId : null;
  const makerIds = new Set([
    actor.id,
    ...(keyId ? [keyId] : []),
    ...(issuerId ? [issuerId] : []),
    ...(key?.makerIds ?? []),
  ]);
  return { createdByType: actor.type, createdById: actor.id, makerIds: [...makerIds] };
}
