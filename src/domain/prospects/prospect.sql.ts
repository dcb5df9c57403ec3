import type { Prospect } from '../../generated/prisma/client.js';
import { Prisma } from '../../generated/prisma/client.js';
import { NotFoundError } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import type { Work } from '../../unit-of-work/transaction.js';

const locks = { keep: Prisma.sql`FOR KEY SHARE`, update: Prisma.sql`FOR UPDATE` };

/** Locks a prospect against being deleted, or also against being changed; throws NotFoundError where there is none. */
export async function lockProspect({ tx, workspaceId }: Work, id: string, mode: 'keep' | 'update'): Promise<Prospect> {
  const [prospect] = await tx.$queryRaw<Prospect[]>`
    SELECT * FROM "Prospect" WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${id}::uuid ${locks[mode]}`;
  if (!prospect) throw new NotFoundError('prospect', encodeId('Prospect', id));
  return prospect;
}
