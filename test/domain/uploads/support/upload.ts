import { readdir } from 'node:fs/promises';
import path from 'node:path';
import * as operations from '../../../generated/operations.js';
import { expectType, type TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;
type Input = operations.CreateUploadMutationVariables['input'];

export const tryToCreate = async ({ run }: Client, input: Input) =>
  (await run(operations.CreateUploadDocument, { input })).createUpload;

export const create = async (client: Client, input: Input) =>
  expectType(await tryToCreate(client, input), 'CreateUploadPayload');

type Created = Awaited<ReturnType<typeof create>>;

/** Sends the request that createUpload answered, with other headers where a test wants them. */
export function put(
  { method, url, headers }: Pick<Created, 'method' | 'url' | 'headers'>,
  body: string | Uint8Array,
  others: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method,
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: { ...Object(headers), ...others },
  });
}

/** A stored upload's key. */
export async function upload(client: Client, text = 'Hello', input: Input = { extension: 'txt' }): Promise<string> {
  const created = await create(client, input);
  const { status } = await put(created, text);
  if (status !== 201 && status !== 200) throw new Error(`Not stored: ${status}`);
  return created.key;
}

export const attachmentsOf = async ({ run }: Client, messageId: string) => {
  const { message } = await run(operations.AttachmentsDocument, { messageId });
  if (!message) throw new Error(`There is no message ${messageId}.`);
  return message.attachments;
};

/** The files below a folder, whole ones and parts. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
