import { anyIn } from '../db/any-in.js';
import type { Later } from '../db/transaction.js';
import type { PendingEntry } from '../event-log/append-events.js';
import { isOfNote } from '../event-log/log-event.js';
import { Prisma } from '../generated/prisma/client.js';

/** The assignment that raises a conversation's revision, for the statement that changes its row anyway. */
export const nextRevision = Prisma.sql`revision = revision + 1`;

/**
 * The conversations that something was recorded for, but whose revision no statement of the action raises. Not for a note:
 * contacts see the revision.
 */
export function unraised(entries: readonly PendingEntry[], raised: readonly string[]): string[] {
  const ids = new Set(
    entries.flatMap((entry) => {
      const { subject, type } = entry;
      return subject && type !== 'conversation.deleted' && !isOfNote(entry) ? [subject.id] : [];
    }),
  );
  for (const id of raised) ids.delete(id);
  return [...ids];
}

/**
 * Raises the revisions of conversations that the transaction has locked, with one statement. No index has the revision, so
 * PostgreSQL need not touch any.
 */
export function raiseRevisions(later: Later, workspaceId: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  later`UPDATE "Conversation" SET ${nextRevision} WHERE "workspaceId" = ${workspaceId}::uuid AND id = ${anyIn(ids, 'uuid')}`;
}
