import { seesAll } from '../../auth/viewer.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockActive, lockConversations } from './conversation.sql.js';
import { ConversationExistsError } from './conversation-errors.js';

/** Throws ConflictError if a conversation has changed since the caller read it. */
export function assertVersion(
  { id, version }: Pick<Conversation, 'id' | 'version'>,
  expected: number | undefined,
): void {
  if (expected !== undefined && expected !== version) {
    throw new ConflictError(`The conversation has version ${version}, not ${expected}. Read it again and retry.`, id);
  }
}

/** Throws ConversationExistsError if another active conversation of the channel and contact prevents reopening. */
export async function assertActiveIsFree(work: Work, { exclusive, channelId, contactId }: Conversation): Promise<void> {
  if (!exclusive || !channelId || !contactId) return;
  const active = await lockActive(work, channelId, contactId);
  if (!active) return;
  await assertVisible(work, active);
  throw new ConversationExistsError(active);
}

/** Throws ConflictError, without naming the conversation, if the viewer may not see a conflicting conversation. */
export async function assertVisible(work: Work, { id }: Conversation): Promise<void> {
  if (seesAll(work.viewer)) return;
  const [visible] = await lockConversations(work, [id]);
  if (!visible) throw new ConflictError('A conflicting conversation exists that you cannot access.');
}
