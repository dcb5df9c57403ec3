import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { countUnused } from './unused-uploads.sql.js';

const PERIOD_MS = 24 * 60 * 60 * 1000;

/** How many uploads a caller may have made in 24 hours that no message uses: files take room, and anyone can be a contact. */
const MAX_UNUSED = { CONTACT: 50, OTHERS: 1000 };

/** Throws ConflictError where a caller has made too many uploads that no message uses; a few at once may pass together. */
export async function assertMayUploadMore(work: Work): Promise<void> {
  const limit = work.viewer.kind === 'CONTACT' ? MAX_UNUSED.CONTACT : MAX_UNUSED.OTHERS;
  if ((await countUnused(work, new Date(work.now.getTime() - PERIOD_MS))) < limit) return;
  throw new ConflictError(
    `You have made ${limit} uploads in 24 hours that no message uses. Send messages with them, or try again later.`,
  );
}
