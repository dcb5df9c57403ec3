import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../auth/viewer.js';

/** Finds out who asks before anything else is done with a request: without a valid key nothing is even parsed. */
export function useAuthentication(
  authenticate: (header: string | null) => Promise<Viewer>,
  viewers: WeakMap<Request, Viewer>,
): Plugin {
  return {
    onParams: async ({ request }) => {
      viewers.set(request, await authenticate(request.headers.get('authorization')));
    },
  };
}
