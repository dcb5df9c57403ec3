import type { Database } from '../db/client.js';
import type { ApiKeyScope, UserRole } from '../generated/prisma/enums.js';
import { keyCounts } from './key-counts.sql.js';
import { isAboveItsMakers, type Standing } from './standing.js';
import type { TokenFacts } from './viewer.js';

/** Whom a token is for, and whose ends are also its own. */
export type Claimed = { workspaceId: string; actorId: string } & Pick<TokenFacts, 'keyId' | 'makerId'>;

type Row = {
  index: number;
  userId: string | null;
  role: UserRole | null;
  contactId: string | null;
  keyScopes: ApiKeyScope[] | null;
  makerRole: UserRole | null;
};

/**
 * What the bearers of tokens are now, in one statement: null for a user who is deactivated, a contact who is deleted, and
 * where the key that the token goes back to no longer counts, whoever made it may make none any more, or its bearer has
 * risen above them since. A contact who was merged is the one that it was merged into.
 */
export async function standingsOf(
  { prisma }: Database,
  claimed: readonly Claimed[],
  now: Date,
): Promise<(Standing | null)[]> {
  const asked = claimed.map(({ workspaceId, actorId, keyId, makerId }, index) => ({
    index,
    workspaceId,
    actorId,
    keyId,
    makerId,
  }));
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT t.index, u.id AS "userId", u.role::text AS role, c.id AS "contactId",
      k.scopes::text[] AS "keyScopes", m.role::text AS "makerRole"
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS t(index int, "workspaceId" uuid, "actorId" uuid, "keyId" uuid, "makerId" uuid)
    LEFT JOIN "User" u ON u."workspaceId" = t."workspaceId" AND u.id = t."actorId" AND u."deactivatedAt" IS NULL
    LEFT JOIN "Contact" asked ON asked."workspaceId" = t."workspaceId" AND asked.id = t."actorId"
    LEFT JOIN "Contact" c ON c."workspaceId" = asked."workspaceId" AND c.id = coalesce(asked."mergedIntoId", asked.id)
      AND c."deletedAt" IS NULL
    LEFT JOIN "ApiKey" k ON k."workspaceId" = t."workspaceId" AND k.id = t."keyId" AND ${keyCounts(now)}
    LEFT JOIN "User" m ON m."workspaceId" = t."workspaceId" AND m.id = t."makerId" AND m."deactivatedAt" IS NULL
      AND m.role IN ('OWNER', 'ADMIN')
    WHERE coalesce(u.id, c.id) IS NOT NULL AND (t."keyId" IS NULL OR k.id IS NOT NULL)
      AND (t."makerId" IS NULL OR m.id IS NOT NULL)`;
  const byIndex = new Map(rows.map((row) => [row.index, row]));
  return claimed.map((_claim, index) => toStanding(byIndex.get(index)));
}

function toStanding(row: Row | undefined): Standing | null {
  if (row?.userId && row.role) {
    return isAboveItsMakers(row.role, row) ? null : { actor: { type: 'USER', id: row.userId }, kind: row.role };
  }
  return row?.contactId ? { actor: { type: 'CONTACT', id: row.contactId }, kind: 'CONTACT' } : null;
}
