import type { Problems } from './problems.js';
import type { JsonLines, LinesByKey } from './read-folder.js';
import type { ImportedChannel, ImportedConversation, ImportedMessage, ImportSource } from './source.js';

/** How many rows are new, how many were updated, and how many entries of histories were left out. */
export type Counts = Record<'conversations' | 'messages' | 'contacts' | 'updated' | 'leftOut', number>;

/** The limits of one transaction. */
const MOST_CONVERSATIONS = 100;
const MOST_MESSAGES = 1_000;

/** Items in groups of at most so many. */
export async function* batched<Item>(items: AsyncIterable<Item>, most: number): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < most) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

type Options = {
  source: ImportSource;
  lines: JsonLines;
  /** null where messages are part of their conversation. */
  messages: LinesByKey | null;
  channels: ReadonlyMap<string, ImportedChannel>;
  problems: Problems;
  /** Gets the number of entries that are left out. */
  counts: Pick<Counts, 'leftOut'>;
};

/**
 * Reads conversations with their messages, in batches of which none has a conversation twice, and up to where each batch
 * has read. Of a conversation with very many messages a batch has a part, in their order; the next ones have the others.
 */
export async function* readConversations(
  options: Options,
): AsyncGenerator<{ batch: ImportedConversation[]; end: number }> {
  const { source, lines, channels, problems, counts } = options;
  let batch: ImportedConversation[] = [];
  let reached = 0;
  for await (const { place, value, end } of lines.read()) {
    const read = problems.attempt(place, () => source.readConversation(value, channels));
    if (!read) continue;
    const { messages, leftOut } = await messagesOf(options, read);
    counts.leftOut += leftOut;
    for (const part of partsOf({ ...read, messages })) {
      const size = batch.reduce((sum, conversation) => sum + conversation.messages.length, part.messages.length);
      const isFull = batch.length === MOST_CONVERSATIONS || size > MOST_MESSAGES;
      if (batch.length > 0 && (isFull || batch.some(({ key }) => key === part.key))) {
        yield { batch, end: reached };
        batch = [];
      }
      batch.push(part);
    }
    reached = end;
  }
  if (batch.length > 0) yield { batch, end: lines.size };
}

async function messagesOf({ source, messages, problems }: Options, read: ImportedConversation) {
  const found = new Map<string, ImportedMessage>();
  let { leftOut } = read;
  for (const message of read.messages) found.set(message.key, message);
  const apart = source.messages && messages?.linesOf(read.key);
  for await (const { place, value } of apart ?? []) {
    const message = problems.attempt(place, () => source.messages?.read(value));
    if (message) found.set(message.key, message);
    if (message === null) leftOut += 1;
  }
  return { messages: [...found.values()], leftOut };
}

function partsOf(conversation: ImportedConversation): ImportedConversation[] {
  const { messages } = conversation;
  if (messages.length <= MOST_MESSAGES) return [conversation];
  const sorted = [...messages].sort((a, b) => a.createdAt.getTime() - b.createdAt.getTime());
  return Array.from({ length: Math.ceil(sorted.length / MOST_MESSAGES) }, (_, index) => ({
    ...conversation,
    messages: sorted.slice(index * MOST_MESSAGES, (index + 1) * MOST_MESSAGES),
  }));
}
