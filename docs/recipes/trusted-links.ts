import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import type { DocumentNode } from 'graphql';
import type { Client } from 'graphql-ws';

/** Makes Apollo Client send the ids of documents. Put it before the links for HTTP and for subscriptions. */
export function createTrustedLink(): PersistedQueryLink {
  // A text that the server does not know either would not help.
  return new PersistedQueryLink({ generateHash: idOf, retry: () => false, disable: () => false });
}

/** The id that GraphQL Code Generator has put into a document. */
function idOf({ __meta__: meta }: DocumentNode & { __meta__?: { hash?: string } }): string {
  if (meta?.hash === undefined) throw new Error('The document is not in the manifest: generate it.');
  return meta.hash;
}

/** The graphql-ws client for the link for subscriptions, without the texts that it sends beside the ids. */
export function withoutTexts(client: Client): Client {
  // The protocol requires `query`.
  return { ...client, subscribe: (payload, sink) => client.subscribe({ ...payload, query: '' }, sink) };
}
