import type { Plugin } from 'graphql-yoga';
import type { Authenticate } from '../../auth/authenticate.js';
import type { Viewer } from '../../auth/viewer.js';

/** Authenticates an HTTP request first: without a valid key or token its document is not parsed. */
export function useAuthentication(authenticate: Authenticate): Plugin<object, { viewer?: Viewer }> {
  return {
    onParams: async ({ request, context }) => {
      context.viewer = await authenticate(request.headers.get('authorization'));
    },
  };
}
