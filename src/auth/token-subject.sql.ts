import type { Database } from '../db/client.js';
import { Prisma } from '../generated/prisma/client.js';
import type { ApiKeyScope, UserRole } from '../generated/prisma/enums.js';
import { keyCounts } from './key-counts.sql.js';
import { isAboveItsMakers, type Standing } from './token-subject.js';
import type { TokenFacts } from './viewer.js';

/** Whom a token is for, when it was made (null: it is yet to be), and whose ends are also its own. */
export type Claimed = { workspaceId: string; actorId: string; issuedAt: Date | null } & Pick<
  TokenFacts,
  'keyId' | 'makerId'
>;

/** Whether the user is active, and was so without a break since the token `t` was made. */
function activeSince(user: 'u' | 'm'): Prisma.Sql {
  const column = (name: string) => Prisma.raw(`${user}."${name}"`);
  return Prisma.sql`${column('deactivatedAt')} IS NULL
    AND (t."issuedAt" IS NULL OR ${column('reactivatedAt')} IS NULL OR t."issuedAt" > ${column('reactivatedAt')})`;
}

type Row = {
  index: number;
  userId: string | null;
  role: UserRole | null;
  contactId: string | null;
  keyScopes: ApiKeyScope[] | null;
  makerRole: UserRole | null;
};

/**
 * What the bearers of tokens are now, in one statement: null for a user who is deactivated or was since the token was
 * made, a contact who is deleted, and where the key that the token goes back to no longer counts, whoever made it may
 * make none any more, or its bearer has risen above them since. A contact who was merged is the one that it was merged
 * into.
 */
export async function standingsOf(
  { prisma }: Database,
  claimed: readonly Claimed[],
  now: Date,
): Promise<(Standing | null)[]> {
  const asked = claimed.map(({ workspaceId, actorId, issuedAt, keyId, makerId }, index) => ({
    index,
    workspaceId,
    actorId,
    issuedAt,
    keyId,
    makerId,
  }));
  const rows = await prisma.$queryRaw<Row[]>`
    SELECT t.index, u.id AS "userId", u.role::text AS role, c.id AS "contactId",
      k.scopes::text[] AS "keyScopes", m.role::text AS "makerRole"
    FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb)
      AS t(index int, "workspaceId" uuid, "actorId" uuid, "issuedAt" timestamptz, "keyId" uuid, "makerId" uuid)
    LEFT JOIN "User" u ON u."workspaceId" = t."workspaceId" AND u.id = t."actorId" AND ${activeSince('u')}
    LEFT JOIN "Contact" asked ON asked."workspaceId" = t."workspaceId" AND asked.id = t."actorId"
    LEFT JOIN "Contact" c ON c."workspaceId" = asked."workspaceId" AND c.id = coalesce(asked."mergedIntoId", asked.id)
      AND c."deletedAt" IS NULL
    LEFT JOIN "ApiKey" k ON k."workspaceId" = t."workspaceId" AND k.id = t."keyId" AND ${keyCounts(now)}
    LEFT JOIN "User" m ON m."workspaceId" = t."workspaceId" AND m.id = t."makerId" AND ${activeSince('m')}
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
