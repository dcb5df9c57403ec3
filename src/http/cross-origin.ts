import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../services.js';

/** Which pages of other origins browsers let use the API. */
export type CrossOrigin = {
  /** Whether a browser's page may connect. Callers without an Origin header are no browsers, and may. */
  allows: (request: IncomingMessage) => boolean;
  /** Sets the headers that let a page of an allowed origin read the response, whatever its status. */
  share: (request: IncomingMessage, response: ServerResponse) => void;
  /** Answers a request with the method OPTIONS, such as a preflight. */
  answerOptions: (request: IncomingMessage, response: ServerResponse) => void;
};

/** What a page can read besides the headers that browsers show it anyway. */
const EXPOSED = 'x-request-id, retry-after, ratelimit, ratelimit-policy';

/** How long a browser may remember a preflight. Chromium remembers none for longer than two hours. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Decides by the list in CORS_ORIGINS. Credentials that a browser adds by itself, such as cookies, are allowed to no
 * page: the API knows only keys and tokens that a page has to send. Source: the Fetch standard, section 3.3 (HTTP
 * CORS protocol).
 */
export function createCrossOrigin({
  corsOrigins,
  publicUrl,
}: Pick<Services['config'], 'corsOrigins' | 'publicUrl'>): CrossOrigin {
  const listed = (origin: string) => corsOrigins === '*' || corsOrigins.includes(origin);
  return {
    allows: ({ headers: { origin, host } }) =>
      origin === undefined || listed(origin) || isOwn(origin, host) || isOwn(origin, hostOf(publicUrl)),
    share: ({ headers: { origin } }, response) => {
      // A cache must not answer a page with what was meant for another.
      if (corsOrigins !== '*') response.appendHeader('vary', 'Origin');
      if (origin === undefined || !listed(origin)) return;
      response.setHeader('access-control-allow-origin', corsOrigins === '*' ? '*' : origin);
      response.setHeader('access-control-expose-headers', EXPOSED);
    },
    answerOptions: ({ headers }, response) => {
      if (response.hasHeader('access-control-allow-origin') && headers['access-control-request-method']) {
        response.setHeader('access-control-allow-methods', 'GET, POST');
        // By name, because a wildcard does not cover Authorization.
        const wanted = headers['access-control-request-headers'];
        if (wanted) response.setHeader('access-control-allow-headers', wanted);
        response.setHeader('access-control-max-age', PREFLIGHT_SECONDS);
      }
      response.appendHeader('vary', 'Access-Control-Request-Headers');
      response.writeHead(204, { allow: 'GET, POST, OPTIONS' }).end();
    },
  };
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : new URL(url).host;
}

/** Whether an origin has this host. The scheme may differ from the request's: TLS often ends at a proxy. */
function isOwn(origin: string, host: string | undefined): boolean {
  if (!host || !URL.canParse(origin)) return false;
  const { protocol, host: own } = new URL(origin);
  const asked = `${protocol}//${host}`;
  return own !== '' && URL.canParse(asked) && new URL(asked).host === own;
}
