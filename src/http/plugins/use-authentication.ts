import type { Plugin } from 'graphql-yoga';
import type { Authenticate } from '../../auth/authenticate.js';
import type { Viewer } from '../../auth/viewer.js';

/** Authenticates an HTTP request first: without a valid key or token neither its body nor its document is parsed. */
export function useAuthentication(authenticate: Authenticate): Plugin<object, { viewer?: Viewer }> {
  return {
    onRequestParse: async ({ request, serverContext }) => {
      serverContext.viewer = await authenticate(request.headers.get('authorization'));
    },
  };
}
