import type { Plugin } from 'graphql-yoga';
import type { Authenticate } from '../../auth/authenticate.js';
import type { Viewer } from '../../auth/viewer.js';

/** Finds out who asks before anything else is done with a request: without a valid key or token nothing is even parsed. */
export function useAuthentication(authenticate: Authenticate, viewers: WeakMap<Request, Viewer>): Plugin {
  return {
    onParams: async ({ request }) => {
      viewers.set(request, await authenticate(request.headers.get('authorization')));
    },
  };
}
