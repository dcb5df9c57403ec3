import { z } from 'zod';
import { type ActionContext, transact, type Work } from '../db/transaction.js';
import { DomainError, NotFoundError } from '../errors.js';
import type { Conversation } from '../generated/prisma/client.js';
import { encodeId } from '../graphql/ids.js';
import { id, parse, text } from '../validation.js';
import { type ClientKeyInput, clientKey, findTriple } from './client-key.js';
import { closeLocked, resolution } from './close-conversation.action.js';
import { lockConversations } from './conversation.sql.js';
import type { ClosureDetails } from './move.js';

const closeConversationsInput = z
  .object({
    client: clientKey.optional(),
    conversationIds: z
      .array(id('Conversation'), 'Must be a list of ids; null is not allowed here.')
      .max(100, 'Must have at most 100 ids.')
      .transform((ids) => [...new Set(ids)])
      .optional(),
    resolution: resolution.optional(),
    reason: text(1000).optional(),
  })
  .refine(({ client, conversationIds }) => (client === undefined) !== (conversationIds === undefined), {
    path: ['conversationIds'],
    message: 'Give exactly one of client and conversationIds.',
  });

/** What became of one of many. */
export type BulkResult = { id: string; conversation: Conversation | null; error: DomainError | null };

/** Closes many conversations, each by itself: one that cannot be closed does not hold up the others. */
export async function closeConversations(context: ActionContext, input: unknown): Promise<BulkResult[]> {
  const { client, conversationIds, ...details } = parse(closeConversationsInput, input);
  return transact(context, async (work) => {
    const ids = client ? await activeOf(work, client) : (conversationIds ?? []);
    const rows = await lockConversations(work, ids);
    const byId = new Map(rows.map((row) => [row.id, row]));
    const results: BulkResult[] = [];
    for (const id of ids) results.push(await closeOne(work, id, byId.get(id), details));
    return results;
  });
}

async function closeOne(
  work: Work,
  uuid: string,
  row: Conversation | undefined,
  details: ClosureDetails,
): Promise<BulkResult> {
  const id = encodeId('Conversation', uuid);
  if (!row) return { id, conversation: null, error: new NotFoundError('conversation', id) };
  try {
    return { id, conversation: await closeLocked(work, row, details), error: null };
  } catch (error) {
    if (error instanceof DomainError) return { id, conversation: row, error };
    throw error;
  }
}

async function activeOf({ tx, workspaceId }: Work, client: ClientKeyInput): Promise<string[]> {
  const triple = await findTriple(tx, workspaceId, client);
  if (!triple) return [];
  const rows = await tx.conversation.findMany({
    where: {
      workspaceId,
      clientBotId: triple.botId,
      contactId: triple.contactId,
      channelId: triple.channelId,
      status: { not: 'CLOSED' },
    },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}
