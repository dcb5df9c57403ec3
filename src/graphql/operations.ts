import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const DIRECTORY = path.resolve(import.meta.dirname, '../../schema/operations');

/** Those that GraphiQL opens with, in this order. */
const EXAMPLES = ['Inbox.graphql', 'ConversationPage.graphql', 'CreateConversation.graphql', 'SendMessage.graphql'];

/** The text of the example operations. */
export async function readExampleOperations(): Promise<string[]> {
  const files = await readdir(DIRECTORY);
  return Promise.all(
    EXAMPLES.filter((name) => files.includes(name)).map((name) => readFile(path.join(DIRECTORY, name), 'utf8')),
  );
}
