import { GraphQLError } from 'graphql';
import { isBoundToTrustedDocuments, type Viewer } from '../auth/viewer.js';
import { hashInId, hashOfText, type TrustedDocuments } from './trusted-documents.js';

/** The parameters of a request that say which document to execute, as they were received. */
type DocumentParams = { query?: unknown; documentId?: unknown; extensions?: unknown };

const NOT_AN_ID = 'documentId must be a string.';
const TWO_DOCUMENTS = 'query has another SHA-256 than documentId. Send only one of them.';
const NOT_SUPPORTED = 'This server takes no ids of documents. Send the text of the document as query.';
const NOT_FOUND =
  'This server trusts no document with this id. Send sha256: and the SHA-256 of its text in lower-case hexadecimal digits. If that is what you sent, the server does not have your manifest: its operator adds it to TRUSTED_DOCUMENTS_FILE.';
const NOT_TRUSTED =
  'You may send only documents that this server trusts. Send the id of one as documentId, or its text exactly as it is in the manifest.';

/**
 * Returns the text of the document that a request may execute, before anything is parsed. undefined if the request names
 * none: whoever reads its other parameters says so.
 *
 * Throws BAD_REQUEST, PERSISTED_QUERY_NOT_SUPPORTED, PERSISTED_QUERY_NOT_FOUND or DOCUMENT_NOT_TRUSTED. The codes for ids
 * are Apollo's: its client, and others that follow it, then send the text.
 */
export function selectDocument(params: DocumentParams, viewer: Viewer, trusted: TrustedDocuments): string | undefined {
  const { query } = params;
  // Not text, whatever the id says: the request is refused as malformed.
  if (query != null && typeof query !== 'string') return undefined;
  const id = idIn(params);
  if (id !== undefined) {
    if (trusted.mode === 'off') throw refusal('PERSISTED_QUERY_NOT_SUPPORTED', NOT_SUPPORTED);
    const hash = hashInId(id);
    if (!query) return textWith(hash, trusted);
    if (hash !== hashOfText(query)) throw refusal('BAD_REQUEST', TWO_DOCUMENTS);
  }
  const onlyTrusted = trusted.mode === 'only' || isBoundToTrustedDocuments(viewer);
  if (onlyTrusted && query != null && !trusted.texts.has(query)) throw refusal('DOCUMENT_NOT_TRUSTED', NOT_TRUSTED);
  return query ?? undefined;
}

function textWith(hash: string | undefined, { byHash }: TrustedDocuments): string {
  const document = hash === undefined ? undefined : byHash.get(hash);
  if (!document) throw refusal('PERSISTED_QUERY_NOT_FOUND', NOT_FOUND);
  return document.text;
}

/** The id of a document. Apollo's counts only without a text: clients leave it there when they send the text after all. */
function idIn({ query, documentId, extensions }: DocumentParams): string | undefined {
  if (documentId != null && typeof documentId !== 'string') throw refusal('BAD_REQUEST', NOT_AN_ID);
  return documentId || (query ? undefined : apolloId(extensions));
}

/** `extensions.persistedQuery.sha256Hash`, where Apollo's clients put the id. */
function apolloId(extensions: unknown): string | undefined {
  const hash = property(property(extensions, 'persistedQuery'), 'sha256Hash');
  return typeof hash === 'string' && hash !== '' ? hash : undefined;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
