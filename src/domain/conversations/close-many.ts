import type { EventSubject } from '../../event-log/append-events.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { SystemWork } from '../../unit-of-work/transaction.js';
import { changeConversations } from './conversation.sql.js';
import { type ClosureDetails, close } from './status-transitions.js';

/** Closes locked conversations that are not closed, with as many statements as for one. */
export async function closeMany(
  work: SystemWork,
  active: readonly (EventSubject & Pick<Conversation, 'status'>)[],
  details: ClosureDetails,
): Promise<void> {
  const [first] = active;
  if (!first) return;
  const { by, now, record } = work;
  const ids = active.map(({ id }) => id);
  await changeConversations(work, ids, close({ ...first, status: 'OPEN' }, by, now, details).changes);
  for (const conversation of active) record(conversation, close(conversation, by, now, details).event);
}
