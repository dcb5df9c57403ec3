import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import { flawInUrl, type UrlPolicy } from '../domain/webhooks/endpoint-url.js';
import { errorCode, messageOf } from '../lib/error-info.js';
import { ForbiddenAddressError, guardedLookup, type Resolve } from './resolve.js';

type WebhookRequest = { url: string; headers: Record<string, string>; body: string };

/** What came of a try. */
export type Answer = {
  /** null where there was no answer. */
  statusCode: number | null;
  /** The beginning of what was answered. */
  responseBody: string | null;
  retryAfter: string | null;
  /** Why it counts as failed; null where it succeeded. */
  failure: string | null;
  durationMs: number;
};

/** Sends a webhook once; never rejects. */
export type Send = (request: WebhookRequest) => Promise<Answer>;

/** From the look-up of the name to the end of the answer, which a receiver cannot stretch by dripping. */
const TIMEOUT_MS = 15_000;
const MAX_ANSWER_BYTES = 16 * 1024;
/** What is kept of an answer. */
const SHOWN_BYTES = 1024;

const BROKEN = 'The connection ended before the answer was complete.';

const reasons: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was reset.',
  EPIPE: 'The connection was reset.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The host cannot be reached.',
  ETIMEDOUT: 'The connection took too long.',
  ENOTFOUND: 'The host name does not resolve.',
  ENODATA: 'The host name does not resolve.',
  ETIMEOUT: 'The host name does not resolve: its servers do not answer.',
};

/** Advice on flags that newer versions of Node append for whoever runs the process. Readers of a delivery cannot use it. */
const NODE_ADVICE = /; if [^;]* Node\.js with --use-system-ca$/;

export type SenderOptions = { policy: UrlPolicy; resolve: Resolve; timeoutMs?: number };

/**
 * Makes the sender: POST, on a connection of its own, to an address that is checked when it connects. Redirects are not
 * followed, and an answer is read to 16 KB at most.
 */
export function createSender({ policy, resolve, timeoutMs = TIMEOUT_MS }: SenderOptions): Send {
  const lookup = guardedLookup(resolve, policy.allowPrivate);
  return async (request) => {
    const began = performance.now();
    // The policy may have changed since the endpoint was made.
    const flaw = flawInUrl(request.url, policy);
    const answer = flaw ? failed(`The URL is not allowed. ${flaw}`) : await post(request, lookup, timeoutMs);
    return { ...answer, durationMs: Math.round(performance.now() - began) };
  };
}

type Verdict = Omit<Answer, 'durationMs'>;

function failed(failure: string): Verdict {
  return { statusCode: null, responseBody: null, retryAfter: null, failure };
}

function post({ url, headers, body }: WebhookRequest, lookup: LookupFunction, timeoutMs: number): Promise<Verdict> {
  const target = new URL(url);
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((settle) => {
    const request = send(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      lookup,
    });
    const answered = createAnswer();
    const finish = (failure: string | null) => {
      clearTimeout(deadline);
      settle({ ...answered.soFar(), failure });
      request.destroy();
    };
    const deadline = setTimeout(() => finish(`There was no complete answer within ${timeoutMs / 1000} s.`), timeoutMs);
    request.on('error', (error) => finish(reasonOf(error)));
    request.on('close', () => finish(BROKEN));
    request.on('response', (response) => {
      answered.begin(response);
      response.on('data', (chunk: Buffer) => {
        if (!answered.take(chunk)) finish(`The answer is longer than ${MAX_ANSWER_BYTES / 1024} KB.`);
      });
      response.on('end', () => finish(flawInStatus(response.statusCode)));
      response.on('error', () => finish(BROKEN));
    });
    request.end(body);
  });
}

/** Collects an answer, up to its limit. */
function createAnswer() {
  let response: IncomingMessage | null = null;
  let size = 0;
  const shown: Buffer[] = [];
  return {
    begin: (begun: IncomingMessage) => {
      response = begun;
    },
    take: (chunk: Buffer): boolean => {
      if (size < SHOWN_BYTES) shown.push(chunk.subarray(0, SHOWN_BYTES - size));
      size += chunk.length;
      return size <= MAX_ANSWER_BYTES;
    },
    soFar: (): Omit<Verdict, 'failure'> => ({
      statusCode: response?.statusCode ?? null,
      // PostgreSQL cannot keep NUL in a text.
      responseBody: response ? new TextDecoder().decode(Buffer.concat(shown)).replaceAll('\0', '\ufffd') : null,
      retryAfter: response?.headers['retry-after'] ?? null,
    }),
  };
}

function flawInStatus(status = 0): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `The receiver redirects (${status}); redirects are not followed.`;
  return `The receiver answered ${status}.`;
}

function reasonOf(error: Error): string {
  if (error instanceof ForbiddenAddressError) return error.message;
  return reasons[errorCode(error) ?? ''] ?? `The connection failed: ${messageOf(error).replace(NODE_ADVICE, '')}`;
}
