import { hash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { RecordOperation } from './operation-recorder.js';
import { currentRequestId } from './request-scope.js';
import type { OptionalHandler } from './server.js';

/**
 * Credentials whose caller has used up its minute. To check them again for each request that is refused anyway would cost
 * more than the answer, and a caller who does not wait could keep the process busy with it.
 */
export type ExhaustedCredentials = {
  /** Remembers credentials if the error says that their caller has to wait. */
  remember: (credentials: string | null, error: unknown) => void;
  /** Refuses a request with such credentials. Returns whether it has. */
  refuse: OptionalHandler;
};

const MAX_REMEMBERED = 10_000;

/** Secrets are not kept, and those that are long take no more memory than others. */
const digestOf = (credentials: string) => hash('sha256', credentials, 'base64');

export function createExhaustedCredentials(clock: () => Date, record: RecordOperation): ExhaustedCredentials {
  const until = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  return {
    remember: (credentials, error) => {
      const seconds = error instanceof GraphQLError ? error.extensions.retryAfter : null;
      if (credentials === null || typeof seconds !== 'number') return;
      until.set(digestOf(credentials), clock().getTime() + seconds * 1000);
    },
    refuse: ({ headers }, response) => {
      const ends = until.size > 0 ? until.get(digestOf(headers.authorization ?? '')) : undefined;
      if (ends === undefined) return false;
      const retryAfter = Math.ceil((ends - clock().getTime()) / 1000);
      if (retryAfter <= 0) return false;
      const message = `You have used up your points of cost for this minute. Try again in ${retryAfter} s, with smaller pages or fewer fields.`;
      const error = new GraphQLError(message, { extensions: { code: 'RATE_LIMITED', retryAfter } });
      record({ requestId: currentRequestId(), duration: 0, errors: [error] });
      response
        .writeHead(429, {
          'content-type': 'application/graphql-response+json; charset=utf-8',
          'retry-after': String(retryAfter),
        })
        .end(JSON.stringify({ errors: [error] }));
      return true;
    },
  };
}
