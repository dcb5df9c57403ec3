import { readdir } from 'node:fs/promises';
import path from 'node:path';
import {
  AttachmentsDocument,
  CreateUploadDocument,
  type CreateUploadInput,
  type CreateUploadMutation,
} from '../../../generated/operations.js';
import { ask, succeed } from '../../../support/act.js';
import type { TestWorkspace } from '../../../support/parley.js';

type Client = Pick<TestWorkspace, 'run'>;
type Created = Extract<CreateUploadMutation['createUpload'], { __typename: 'CreateUploadPayload' }>;

/** Sends the request that createUpload returned; `others` replace or add headers. */
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

/** Uploads a file and returns its key. */
export async function upload(
  client: Client,
  text = 'Hello',
  input: CreateUploadInput = { extension: 'txt' },
): Promise<string> {
  const created = await succeed(client, CreateUploadDocument, input);
  const { status } = await put(created, text);
  if (status !== 201 && status !== 200) throw new Error(`Not stored: ${status}`);
  return created.key;
}

/** The attachments of a message; throws if the client sees no such message. */
export async function attachmentsOf(client: Client, messageId: string) {
  const message = await ask(client, AttachmentsDocument, { messageId });
  if (!message) throw new Error(`There is no message ${messageId}.`);
  return message.attachments;
}

/** The paths of all files below a directory, complete or partial. */
export async function filesIn(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}
