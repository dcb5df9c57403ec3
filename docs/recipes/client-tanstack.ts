import type { Client } from '@parley/client';
import { conversationCollectionOptions, messageCollectionOptions } from '@parley/client/tanstack';
import { BasicIndex, createCollection, createLiveQueryCollection, eq } from '@tanstack/db';

/** The messages of a conversation in order, each with the subject of that conversation: a query that stays right. */
export function openTranscript(client: Client, conversationId: string) {
  const conversations = createCollection(conversationCollectionOptions(client, { status: ['OPEN'] }));
  conversations.createIndex(({ id }) => id, { indexType: BasicIndex });
  const messages = createCollection(messageCollectionOptions(client, conversationId));
  return createLiveQueryCollection((query) =>
    query
      .from({ message: messages })
      .join({ conversation: conversations }, ({ message, conversation }) => eq(message.conversationId, conversation.id))
      .orderBy(({ message }) => message.position)
      .select(({ message, conversation }) => ({
        text: message.text,
        isPending: message.isPending,
        subject: conversation?.subject,
      })),
  );
}
