import type { PrismaClient } from '../../generated/prisma/client.js';
import type { SecretColumns } from '../webhooks/endpoint-secrets.js';

type Sql = Pick<PrismaClient, '$queryRaw' | '$executeRaw'>;
type EndpointKey = Pick<SecretColumns, 'workspaceId' | 'id'>;

/** The next endpoints after this one in the order of their keys, or the first ones. */
export async function readEndpointsAfter(
  prisma: Sql,
  after: EndpointKey | null,
  limit: number,
): Promise<SecretColumns[]> {
  return prisma.$queryRaw<SecretColumns[]>`
    SELECT "workspaceId", id, secret, "previousSecrets", headers FROM "WebhookEndpoint"
    WHERE ${after === null} OR ("workspaceId", id) > (${after?.workspaceId ?? null}::uuid, ${after?.id ?? null}::uuid)
    ORDER BY "workspaceId", id LIMIT ${limit}`;
}

/** One endpoint; null if it was deleted. */
export async function readEndpoint(prisma: Sql, { workspaceId, id }: EndpointKey): Promise<SecretColumns | null> {
  const [endpoint] = await prisma.$queryRaw<SecretColumns[]>`
    SELECT "workspaceId", id, secret, "previousSecrets", headers FROM "WebhookEndpoint"
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid`;
  return endpoint ?? null;
}

/** Replaces the secrets of an endpoint. Returns false, and changes nothing, if it has not these secrets any more. */
export async function replaceEndpointSecrets(
  prisma: Sql,
  { workspaceId, id, ...before }: SecretColumns,
  after: Omit<SecretColumns, keyof EndpointKey>,
): Promise<boolean> {
  const replaced = await prisma.$executeRaw`
    UPDATE "WebhookEndpoint" SET secret = ${after.secret},
      "previousSecrets" = ${JSON.stringify(after.previousSecrets)}::jsonb, headers = ${JSON.stringify(after.headers)}::jsonb
    WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid AND secret = ${before.secret}
      AND "previousSecrets" = ${JSON.stringify(before.previousSecrets)}::jsonb
      AND headers = ${JSON.stringify(before.headers)}::jsonb`;
  return replaced > 0;
}

/** Replaces a secret of the server, if it is still this one. */
export async function replaceServerSecret(
  prisma: Sql,
  name: string,
  before: Uint8Array,
  after: Uint8Array,
): Promise<void> {
  await prisma.$executeRaw`UPDATE "ServerSecret" SET value = ${after} WHERE name = ${name} AND value = ${before}`;
}
