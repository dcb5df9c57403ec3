import { z } from 'zod';
import { isFileKey } from '../../../file-storage/file-key.js';
import { input, type Parsed, required, rule } from '../../../lib/input.js';
import { transact } from '../../../unit-of-work/transaction.js';
import type { UploadContext } from '../../uploads/prepare-uploads.js';
import { findExport } from './contact-export.sql.js';

const LINK_MS = 60 * 60 * 1000;

const exportKey = rule(
  'String',
  z.string('Must be the key of an export.').refine(isFileKey, 'Must be the key of an export.'),
);

export const createContactExportLinkInput = input('CreateContactExportLinkInput', 'The export to fetch.', {
  exportKey: required(exportKey, 'The `exportKey` that exportContact returned, to whoever in the workspace.'),
});

export type ExportLink = { url: string; expiresAt: Date };

/** Creates a URL by which an export can be fetched for an hour, but not after the export has expired. Its making is audited. */
export async function createContactExportLink(
  context: UploadContext & { publicUrl: () => string },
  { exportKey: key }: Parsed<typeof createContactExportLinkInput>,
): Promise<ExportLink> {
  const { uploads, publicUrl, viewer } = context;
  const { found, now } = await transact(context, async (work) => {
    const found = await findExport(work, key);
    const changes = [{ field: 'exportKey', from: null, to: key }];
    work.audit({ action: 'contact.exportLinked', targetId: found.exportOfId, changes });
    return { found, now: work.now };
  });
  const { contentType, filename } = found;
  const expiresAt = new Date(Math.min(now.getTime() + LINK_MS, found.expiresAt.getTime()));
  const file = { workspaceId: viewer.workspaceId, key, contentType, filename };
  return { url: await uploads.store.presignGet({ ...file, now, expiresAt, publicUrl: publicUrl() }), expiresAt };
}
