import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { ContactsDocument, CreateContactDocument, ViewerDocument } from '../../generated/operations.js';

type Server = { url: string; key: string | undefined };

/** What the server answers to a typed operation. */
export async function run<Result, Variables>(
  { url, key }: Server,
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: print(document), variables }),
  });
  const { data, errors } = await response.json();
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data;
}

/** Writes a contact. */
export async function createContact(server: Server, name: string): Promise<void> {
  await run(server, CreateContactDocument, { input: { name } });
}

/** The names of the newest contacts. */
export async function contactNames(server: Server): Promise<string[]> {
  const { contacts } = await run(server, ContactsDocument, { last: 20 });
  return contacts.nodes.map(({ name }) => name);
}

/** The name of the workspace that the key is of. */
export async function workspaceName(server: Server): Promise<string> {
  return (await run(server, ViewerDocument, {})).viewer.workspace.name;
}
