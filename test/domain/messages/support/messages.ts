import {
  EditMessageDocument,
  type EditMessageInput,
  FindMessagesDocument,
  type FindMessagesQueryVariables,
  MessageDocument,
} from '../../../generated/operations.js';
import { ask, succeed } from '../../../support/act.js';
import type { TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

/** Edits a message that may be edited, and returns it. */
export async function rewrite(client: Client, messageId: string, changes: Omit<EditMessageInput, 'messageId'>) {
  return (await succeed(client, EditMessageDocument, { messageId, ...changes })).messageEdge.node;
}

/** A message as the client sees it; throws if it sees none. */
export async function readMessage(client: Client, id: string) {
  const message = await ask(client, MessageDocument, { id });
  if (!message) throw new Error(`There is no message ${id}.`);
  return message;
}

/** A page of messages across conversations. */
export function findMessages(
  client: Client,
  filter: FindMessagesQueryVariables['filter'],
  page: Omit<FindMessagesQueryVariables, 'filter'> = {},
) {
  return ask(client, FindMessagesDocument, { filter, ...page });
}
