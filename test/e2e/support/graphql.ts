import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { ContactsDocument, CreateContactDocument, ViewerDocument } from '../../generated/operations.js';
import { nodesOf } from '../../support/nodes-of.js';
import type { Announcement } from './program.js';

const TAG = 'e2e';

/** Writes a contact; fails when the server does not answer that it has. */
export async function createContact(server: Announcement, name: string): Promise<void> {
  const { createContact: answer } = await run(server, CreateContactDocument, { input: { name, tags: [TAG] } });
  if (answer.__typename !== 'CreateContactPayload') throw new Error(JSON.stringify(answer));
}

/** The names of the contacts written by `createContact`. */
export async function contactNames(server: Announcement): Promise<string[]> {
  const { contacts } = await run(server, ContactsDocument, { tags: [TAG], first: 100 });
  return nodesOf(contacts).map(({ name }) => name);
}

/** The name of the workspace that the key is of. */
export async function workspaceName(server: Announcement): Promise<string> {
  return (await run(server, ViewerDocument, {})).viewer.workspace.name;
}

export async function run<Result, Variables>(
  { url, key }: Pick<Announcement, 'url' | 'key'>,
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
