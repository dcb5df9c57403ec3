import { z } from 'zod';

/** What a seeded database holds for the works. Ids are UUIDs. */
export const sceneSchema = z.object({
  workspaceId: z.string(),
  /** Several, because the limits of one key would end a measurement of a fast server. */
  apiKeys: z.array(z.string()),
  /** Conversations with more than 50 messages, some with attachments. */
  longConversations: z.array(z.string()),
  /** OPEN conversations to send messages to. */
  openConversations: z.array(z.string()),
});

export type Scene = z.infer<typeof sceneSchema>;

/** A function that returns the items in turn, beginning again after the last one. */
export function inTurn<Item>(items: readonly Item[]): () => Item {
  let next = 0;
  return () => {
    const item = items[next % items.length];
    if (item === undefined) throw new Error('There are no items.');
    next += 1;
    return item;
  };
}
