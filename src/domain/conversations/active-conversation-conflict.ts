import { seesAll } from '../../auth/viewer.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { ConflictError } from '../../lib/errors.js';
import type { Work } from '../../unit-of-work/transaction.js';
import { lockActive, lockConversations } from './conversation.sql.js';
import { ConversationExistsError } from './conversation-errors.js';

/** Throws ConversationExistsError where another active conversation of the channel and contact forbids reopening. */
export async function assertActiveIsFree(work: Work, { exclusive, channelId, contactId }: Conversation): Promise<void> {
  if (!exclusive || !channelId || !contactId) return;
  const active = await lockActive(work, channelId, contactId);
  if (!active) return;
  await assertVisible(work, active);
  throw new ConversationExistsError(active);
}

/** Throws ConflictError, which says nothing of it, where a conversation that is in the way may not be seen. */
export async function assertVisible(work: Work, { id }: Conversation): Promise<void> {
  if (seesAll(work.viewer)) return;
  const [visible] = await lockConversations(work, [id]);
  if (!visible) throw new ConflictError('There already is such a conversation, which you may not see.');
}
