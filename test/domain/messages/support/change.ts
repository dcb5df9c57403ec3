import * as operations from '../../../generated/operations.js';
import { expectType, type TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;

export const edit = async ({ run }: Client, input: operations.EditMessageMutationVariables['input']) =>
  (await run(operations.EditMessageDocument, { input })).editMessage;

/** Edits a message that may be edited, and answers it. */
export const rewrite = async (client: Client, messageId: string, saying: { text?: string; content?: object }) =>
  expectType(await edit(client, { messageId, ...toInput(saying) }), 'EditMessagePayload').message;

const toInput = ({ text, content }: { text?: string; content?: object }) => ({
  ...(text === undefined ? {} : { text }),
  ...(content === undefined ? {} : { content: { ...content } }),
});

export const remove = async ({ run }: Client, messageId: string) =>
  (await run(operations.DeleteMessageDocument, { input: { messageId } })).deleteMessage;

/** Deletes a message that may be deleted, and answers what is left. */
export const erase = async (client: Client, messageId: string) =>
  expectType(await remove(client, messageId), 'DeleteMessagePayload').message;

/** A message as the client sees it; fails where there is none. */
export const messageOf = async ({ run }: Client, id: string) => {
  const { message } = await run(operations.MessageDocument, { id });
  if (!message) throw new Error(`There is no message ${id}.`);
  return message;
};

/** Messages of all conversations. */
export const find = async (
  { run }: Client,
  filter: operations.FindMessagesQueryVariables['filter'],
  page: Omit<operations.FindMessagesQueryVariables, 'filter'> = {},
) => (await run(operations.FindMessagesDocument, { filter, ...page })).messages;
