import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../../auth/viewer.js';
import type { Context } from '../../graphql/core/context.js';
import type { ExhaustedCredentials } from '../exhausted-credentials.js';
import { type RateLimits, rateLimitHeaders } from '../rate-limits.js';
import { takeOwed } from '../request-scope.js';

type HttpContext = { viewer?: Viewer; rateLimit?: Context['rateLimit'] };

/**
 * Refuses a caller that has used up its minute before its body is read, and tells all others in the response what is
 * left of theirs. Operations take their cost in `useOperationLimits`.
 */
export function useRateLimits(
  { refusal, charge }: RateLimits,
  { remember }: Pick<ExhaustedCredentials, 'remember'>,
  clock: () => Date,
): Plugin<object, HttpContext> {
  return {
    onRequestParse: ({ request, serverContext }) => {
      const error = serverContext.viewer ? refusal(serverContext.viewer) : null;
      if (error) {
        remember(request.headers.get('authorization'), error);
        throw error;
      }
      serverContext.rateLimit = { usage: null };
    },
    onResponse: async ({ response, serverContext }) => {
      const { viewer, rateLimit } = serverContext;
      if (viewer) await charge(viewer, takeOwed());
      const { usage = null } = rateLimit ?? {};
      if (usage) for (const [name, value] of rateLimitHeaders(usage, clock())) response.headers.set(name, value);
    },
  };
}
