import type { Work } from '../db/transaction.js';
import { ConversationExistsError } from '../errors.js';
import type { Conversation } from '../generated/prisma/client.js';
import { lockActive } from './conversation.sql.js';

/** Throws ConversationExistsError where another active conversation of the channel and contact forbids reopening. */
export async function assertActiveIsFree(work: Work, { exclusive, channelId, contactId }: Conversation): Promise<void> {
  if (!exclusive || !channelId || !contactId) return;
  const active = await lockActive(work, channelId, contactId);
  if (active) throw new ConversationExistsError(active);
}
