import type { Database } from '../db/client.js';
import { Prisma } from '../generated/prisma/client.js';
import type { ApiKeyScope, UserRole } from '../generated/prisma/enums.js';
import { keyIsValid } from './authenticate-key.js';
import { isServed } from './closed-workspace.sql.js';
import { isAbove } from './permissions.js';
import type { SubjectRef } from './session-token.js';
import type { TokenClaims } from './viewer.js';

/** The subject of a token as it is now, and whether other contacts were merged into it. */
export type TokenSubject = { actor: SubjectRef; kind: UserRole | 'CONTACT'; hasMerged: boolean };

/** What a token claims: its subject, and on what it depends. `issuedAt` is null for a token that is yet to be issued. */
type SubjectClaims = { workspaceId: string; actorId: string; issuedAt: Date | null } & Pick<
  TokenClaims,
  'tokenId' | 'keyId' | 'issuerId'
>;

/** The condition that a user is active, and has not been reactivated since the token `t` was issued. */
function activeSince(user: 'u' | 'i'): Prisma.Sql {
  const column = (name: string) => Prisma.raw(`${user}."${name}"`);
  return Prisma.sql`${column('deactivatedAt')} IS NULL
    AND (t."issuedAt" IS NULL OR ${column('reactivatedAt')} IS NULL OR t."issuedAt" > ${column('reactivatedAt')})`;
}

type Row = {
  index: number;
  userId: string | null;
  role: UserRole | null;
  contactId: string | null;
  hasMerged: boolean;
  keyScopes: ApiKeyScope[] | null;
  issuerRole: UserRole | null;
};

/**
 * The current subjects of tokens, by one statement. null if the token is not valid any more: it was revoked, its user
 * is deactivated or has been since it was issued, its contact is deleted, its API key is not valid, the user who
 * issued it may not do so any more, or the subject's role has come to exceed the issuer's. A merged contact is
 * replaced by the one it was merged into.
 */
export async function findTokenSubjects(
  { read }: Pick<Database, 'read'>,
  claims: readonly SubjectClaims[],
  now: Date,
): Promise<(TokenSubject | null)[]> {
  const records = claims.map(({ workspaceId, actorId, issuedAt, tokenId, keyId, issuerId }, index) => ({
    index,
    workspaceId,
    actorId,
    issuedAt,
    tokenId,
    keyId,
    issuerId,
  }));
  const rows = await read<Row>`
    SELECT t.index, u.id AS "userId", u.role::text AS role, c.id AS "contactId",
      EXISTS (SELECT FROM "Contact" m WHERE m."workspaceId" = c."workspaceId" AND m."mergedIntoId" = c.id) AS "hasMerged",
      k.scopes::text[] AS "keyScopes", i.role::text AS "issuerRole"
    FROM jsonb_to_recordset(${JSON.stringify(records)}::jsonb)
      AS t(index int, "workspaceId" uuid, "actorId" uuid, "issuedAt" timestamptz, "tokenId" uuid, "keyId" uuid,
        "issuerId" uuid)
    LEFT JOIN "User" u ON u."workspaceId" = t."workspaceId" AND u.id = t."actorId" AND ${activeSince('u')}
    LEFT JOIN "Contact" claimed ON claimed."workspaceId" = t."workspaceId" AND claimed.id = t."actorId"
    LEFT JOIN "Contact" c ON c."workspaceId" = claimed."workspaceId"
      AND c.id = coalesce(claimed."mergedIntoId", claimed.id) AND c."deletedAt" IS NULL
    LEFT JOIN "ApiKey" k ON k."workspaceId" = t."workspaceId" AND k.id = t."keyId" AND ${keyIsValid(now)}
    LEFT JOIN "User" i ON i."workspaceId" = t."workspaceId" AND i.id = t."issuerId" AND ${activeSince('i')}
      AND i.role IN ('OWNER', 'ADMIN')
    WHERE coalesce(u.id, c.id) IS NOT NULL AND (t."keyId" IS NULL OR k.id IS NOT NULL)
      AND (t."issuerId" IS NULL OR i.id IS NOT NULL)
      AND ${isServed(Prisma.sql`t."workspaceId"`)}
      AND NOT EXISTS (SELECT FROM "RevokedToken" r WHERE r."workspaceId" = t."workspaceId" AND r.id = t."tokenId")`;
  const byIndex = new Map(rows.map((row) => [row.index, row]));
  return claims.map((_claim, index) => toSubject(byIndex.get(index)));
}

function toSubject(row: Row | undefined): TokenSubject | null {
  if (row?.userId && row.role) {
    if (exceedsIssuers(row.role, row)) return null;
    return { actor: { type: 'USER', id: row.userId }, kind: row.role, hasMerged: false };
  }
  if (!row?.contactId) return null;
  return { actor: { type: 'CONTACT', id: row.contactId }, kind: 'CONTACT', hasMerged: row.hasMerged };
}

/** Whether a role ranks above the API key or the user that issued the token, who could gain permissions by the token. */
function exceedsIssuers(role: UserRole, { keyScopes, issuerRole }: Pick<Row, 'keyScopes' | 'issuerRole'>): boolean {
  const exceedsKey = keyScopes !== null && isAbove(role, { kind: 'API_KEY', scopes: new Set(keyScopes) });
  return exceedsKey || (issuerRole !== null && isAbove(role, { kind: issuerRole, scopes: new Set() }));
}
