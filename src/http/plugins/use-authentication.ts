import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../auth/viewer.js';
import type { AuthenticateFrom } from '../failed-authentications.js';

/** The address that the request comes from, and once it is authenticated, who sends it. */
type HttpContext = { address?: string; viewer?: Viewer };

/** Authenticates an HTTP request first: without a valid key or token neither its body nor its document is parsed. */
export function useAuthentication(authenticate: AuthenticateFrom): Plugin<object, HttpContext> {
  return {
    onRequestParse: async ({ request, serverContext }) => {
      serverContext.viewer = await authenticate(request.headers.get('authorization'), serverContext.address ?? '');
    },
  };
}
