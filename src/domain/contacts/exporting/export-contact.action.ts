import { NotFoundError } from '../../../lib/errors.js';
import { encodeId } from '../../../lib/ids.js';
import { input, optional, type Parsed, required } from '../../../lib/input.js';
import { flag, id } from '../../../lib/rules.js';
import { hasOutcome, transactOnce } from '../../../unit-of-work/once.js';
import { plainOutcome } from '../../../unit-of-work/outcome.js';
import { LostRaceError, transact } from '../../../unit-of-work/transaction.js';
import type { UploadContext } from '../../uploads/prepare-uploads.js';
import { newUploadKey } from '../../uploads/upload-key.js';
import { lockPerson } from '../erase-contact.sql.js';
import { completeExport, insertExport } from './contact-export.sql.js';
import { type Exported, writeExport } from './write-export.js';

const KEPT_MS = 24 * 60 * 60 * 1000;

export const exportContactInput = input('ExportContactInput', 'The contact to export.', {
  contactId: required(id('Contact'), 'The contact. Also one that was deleted.'),
  includeInternal: optional(
    flag,
    'Whether to export as well what the team and its programs wrote for themselves: notes with their mentions; the notes and reasons of assignments, transfers and closures; and the bodies of webhook deliveries. Default: false.',
  ),
});

export type ExportedContact = Exported & { exportedContactId: string; exportKey: string; expiresAt: string };

type Made = { id: string; key: string; contactId: string; exported: Exported; expiresAt: Date };

/**
 * Writes all that is held of a person to a file in the store, page by page as it is read, and keeps it for a day. Nobody can
 * fetch it before a link is created. What changes meanwhile may be in it or not.
 */
export async function exportContact(
  context: UploadContext,
  { contactId, includeInternal = false }: Parsed<typeof exportContactInput>,
): Promise<ExportedContact> {
  const made = (await hasOutcome(context)) ? 'before' : await makeExport(context, contactId, includeInternal);
  const discard = async () => {
    if (typeof made !== 'object' || made === null) return;
    const { workspaceId } = context.viewer;
    // What stays if this fails, the cleaning up removes.
    await context.uploads.store.remove({ workspaceId, key: made.key }).catch(() => undefined);
  };
  try {
    const outcome = await transactOnce(context, plainOutcome<ExportedContact>(), async (work) => {
      if (made === null) throw new NotFoundError('contact', encodeId('Contact', contactId));
      if (made === 'before') throw new LostRaceError();
      const { exported, expiresAt } = made;
      await completeExport(work, made, exported.sizeBytes);
      const kept = { exportKey: made.key, includesInternal: includeInternal, ...exported };
      const changes = Object.entries(kept).map(([field, to]) => ({ field, from: null, to }));
      work.audit({ action: 'contact.exported', targetId: made.contactId, changes });
      const exportedContactId = encodeId('Contact', made.contactId);
      return { ...exported, exportedContactId, exportKey: made.key, expiresAt: expiresAt.toISOString() };
    });
    // An equal request was faster.
    if (typeof made === 'object' && made?.key !== outcome.exportKey) await discard();
    return outcome;
  } catch (error) {
    await discard();
    throw error;
  }
}

/** Writes the file before the transaction, which must not wait for a file store. null if there is no such contact. */
async function makeExport(context: UploadContext, contactId: string, includesInternal: boolean): Promise<Made | null> {
  const { database, uploads, viewer } = context;
  const { workspaceId } = viewer;
  // Not of the call, which is done once the file is written.
  const begun = await transact({ ...context, call: undefined }, async (work) => {
    const { contact, ids } = await lockPerson(work, contactId);
    const expiresAt = new Date(work.now.getTime() + KEPT_MS);
    const filename = `${encodeId('Contact', contact.id)}.json`;
    const row = await insertExport(work, { key: newUploadKey('json'), filename, contactId: contact.id, expiresAt });
    return { row, ids, now: work.now };
  }).catch((error: unknown) => {
    if (error instanceof NotFoundError) return null;
    throw error;
  });
  if (!begun) return null;
  const { row, ids, now } = begun;
  const { bytes, counts } = writeExport({ read: database.read, workspaceId, ids, includesInternal }, now);
  await uploads.store.write({ workspaceId, key: row.key, contentType: row.contentType }, bytes);
  return { id: row.id, key: row.key, contactId: ids[0] ?? contactId, exported: counts(), expiresAt: row.expiresAt };
}
