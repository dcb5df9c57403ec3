import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../auth/viewer.js';
import { selectDocument } from '../select-document.js';
import type { TrustedDocuments } from '../trusted-documents.js';

const BAD_REQUEST = 400;
const FORBIDDEN = 403;

/**
 * Takes the id of a trusted document in place of its text, and refuses others if the server or the viewer is bound to
 * trusted ones, with HTTP 400 or 403. Yoga's own plugin knows no texts that are trusted, and sockets could not use it.
 */
export function useTrustedDocuments(trusted: TrustedDocuments): Plugin<object, { viewer?: Viewer }> {
  return {
    onParams: ({ request, params, setParams, context: { viewer } }) => {
      if (!viewer) throw new Error('The request was not authenticated.');
      try {
        const query = selectDocument({ ...params, ...idInUrl(request) }, viewer, trusted);
        if (query !== undefined) setParams({ ...params, query });
      } catch (error) {
        throw error instanceof GraphQLError ? withStatus(error) : error;
      }
    },
  };
}

/** By GET, parameters are in the URL, of which Yoga reads those that it knows. */
function idInUrl({ method, url }: Request): { documentId?: string | null } {
  return method === 'GET' ? { documentId: new URL(url).searchParams.get('documentId') } : {};
}

function withStatus({ message, extensions }: GraphQLError): GraphQLError {
  const status = extensions.code === 'DOCUMENT_NOT_TRUSTED' ? FORBIDDEN : BAD_REQUEST;
  return new GraphQLError(message, { extensions: { ...extensions, http: { status } } });
}
