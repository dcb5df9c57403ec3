import { Prisma } from '../../generated/prisma/client.js';
import { ValidationError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import type { PreparedUpload } from './prepare-uploads.js';

/**
 * Makes uploads the attachments of a new message.
 * @throws {ValidationError} where one cannot be used, or another message was first
 */
export async function attachUploads(
  { tx, workspaceId }: Work,
  messageId: string,
  prepared: readonly PreparedUpload[],
): Promise<void> {
  if (prepared.length === 0) return;
  const ready = prepared.flatMap((upload) => ('sizeBytes' in upload ? [upload] : []));
  const attached = await tx.$queryRaw<{ key: string }[]>`
    WITH free AS (
      SELECT u.id, k."sizeBytes", k.place FROM "Upload" u
      JOIN unnest(${ready.map(({ key }) => key)}::text[], ${ready.map(({ sizeBytes }) => sizeBytes)}::int[])
        WITH ORDINALITY AS k(key, "sizeBytes", place) ON k.key = u.key
      WHERE u."workspaceId" = ${workspaceId}::uuid AND u."messageId" IS NULL AND u."removedAt" IS NULL
      ORDER BY u.id FOR UPDATE OF u
    )
    UPDATE "Upload" u SET "messageId" = ${messageId}::uuid, position = free.place - 1, "sizeBytes" = free."sizeBytes"
    FROM free WHERE u."workspaceId" = ${workspaceId}::uuid AND u.id = free.id
    RETURNING u.key`;
  const keys = new Set(attached.map(({ key }) => key));
  const issues = prepared.flatMap((upload, index) => {
    const problem = 'problem' in upload ? upload.problem : 'Was just used by another message.';
    return keys.has(upload.key) ? [] : [{ path: ['uploadKeys', String(index)], message: problem }];
  });
  if (issues.length > 0) throw new ValidationError(issues);
}

/** The keys of a message's attachments, in their order. */
export async function attachedKeys({ tx, workspaceId }: Work, messageId: string): Promise<string[]> {
  const rows = await tx.upload.findMany({
    where: { workspaceId, messageId },
    orderBy: { position: 'asc' },
    select: { key: true },
  });
  return rows.map(({ key }) => key);
}

/** Takes the attachments off a message that is deleted; the files are removed later, by the cleaning up. */
export async function releaseUploadsOfMessage(work: Work, messageId: string): Promise<void> {
  await release(work, Prisma.sql`"messageId" = ${messageId}::uuid`);
}

/** The same for all messages of a conversation. */
export async function releaseUploadsOfConversation(work: Work, conversationId: string): Promise<void> {
  await release(
    work,
    Prisma.sql`"messageId" IN (
      SELECT id FROM "Message" WHERE "workspaceId" = ${work.workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid)`,
  );
}

async function release({ tx, workspaceId, now }: Work, which: Prisma.Sql): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Upload" SET "messageId" = NULL, position = NULL, filename = NULL, "removedAt" = ${now}
    WHERE "workspaceId" = ${workspaceId}::uuid AND ${which}`;
}
