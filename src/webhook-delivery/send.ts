import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { performance } from 'node:perf_hooks';
import { flawInUrl, type UrlPolicy } from '../domain/webhooks/endpoint-url.js';
import { errorCode, messageOf } from '../lib/error-info.js';
import { ForbiddenAddressError, guardedLookup, type Resolve } from './resolve.js';

export type WebhookRequest = { url: string; headers: Record<string, string>; body: string };

/** The result of sending a webhook once. */
export type SendResult = {
  /** null if there was no response. */
  statusCode: number | null;
  /** The beginning of the response. */
  responseBody: string | null;
  retryAfter: string | null;
  /** Why it failed; null if it succeeded. */
  failure: string | null;
  durationMs: number;
};

/** Sends a webhook once; never rejects. */
export type Send = (request: WebhookRequest) => Promise<SendResult>;

/** From the look-up of the name to the end of the response, however slowly the receiver sends it. */
const TIMEOUT_MS = 15_000;
const MAX_RESPONSE_BYTES = 16 * 1024;
/** How much of a response is stored. */
const STORED_BYTES = 1024;

const BROKEN = 'The connection closed before the response was complete.';

const reasons: Record<string, string> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was reset.',
  EPIPE: 'The connection was reset.',
  EHOSTUNREACH: 'The host cannot be reached.',
  ENETUNREACH: 'The host cannot be reached.',
  ETIMEDOUT: 'The connection timed out.',
  ENOTFOUND: 'The host name does not resolve.',
  ENODATA: 'The host name does not resolve.',
  ETIMEOUT: 'The host name does not resolve: its DNS servers do not respond.',
};

/** Advice on flags that newer versions of Node append for whoever runs the process. Readers of a delivery cannot use it. */
const NODE_ADVICE = /; if [^;]* Node\.js with --use-system-ca$/;

export type SenderOptions = { policy: UrlPolicy; resolve: Resolve; timeoutMs?: number };

/**
 * Creates a sender. Each request is a POST on a connection of its own, to an address checked on connecting. Redirects are
 * not followed, and responses may have at most 16 KB.
 */
export function createSender({ policy, resolve, timeoutMs = TIMEOUT_MS }: SenderOptions): Send {
  const lookup = guardedLookup(resolve, policy.allowPrivate);
  return async (request) => {
    const started = performance.now();
    // The policy may have changed since the endpoint was created.
    const flaw = flawInUrl(request.url, policy);
    const outcome = flaw ? failed(`The URL is not allowed. ${flaw}`) : await post(request, lookup, timeoutMs);
    return { ...outcome, durationMs: Math.round(performance.now() - started) };
  };
}

type Outcome = Omit<SendResult, 'durationMs'>;

function failed(failure: string): Outcome {
  return { statusCode: null, responseBody: null, retryAfter: null, failure };
}

function post({ url, headers, body }: WebhookRequest, lookup: LookupFunction, timeoutMs: number): Promise<Outcome> {
  const target = new URL(url);
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const request = send(target, {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
      lookup,
    });
    const received = createResponseBuffer();
    const finish = (failure: string | null) => {
      clearTimeout(deadline);
      resolve({ ...received.soFar(), failure });
      request.destroy();
    };
    const deadline = setTimeout(() => finish(`No complete response within ${timeoutMs / 1000} s.`), timeoutMs);
    request.on('error', (error) => finish(reasonOf(error)));
    request.on('close', () => finish(BROKEN));
    request.on('response', (response) => {
      received.begin(response);
      response.on('data', (chunk: Buffer) => {
        if (!received.add(chunk)) finish(`The response is longer than ${MAX_RESPONSE_BYTES / 1024} KB.`);
      });
      response.on('end', () => finish(flawInStatus(response.statusCode)));
      response.on('error', () => finish(BROKEN));
    });
    request.end(body);
  });
}

/** Collects a response up to its limit. */
function createResponseBuffer() {
  let response: IncomingMessage | null = null;
  let size = 0;
  const stored: Buffer[] = [];
  return {
    begin: (begun: IncomingMessage) => {
      response = begun;
    },
    /** Returns false if the response exceeds the limit. */
    add: (chunk: Buffer): boolean => {
      if (size < STORED_BYTES) stored.push(chunk.subarray(0, STORED_BYTES - size));
      size += chunk.length;
      return size <= MAX_RESPONSE_BYTES;
    },
    soFar: (): Omit<Outcome, 'failure'> => ({
      statusCode: response?.statusCode ?? null,
      // PostgreSQL cannot store NUL in text.
      responseBody: response ? new TextDecoder().decode(Buffer.concat(stored)).replaceAll('\0', '\ufffd') : null,
      retryAfter: response?.headers['retry-after'] ?? null,
    }),
  };
}

function flawInStatus(status = 0): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `The receiver redirects (${status}). Redirects are not followed.`;
  return `The receiver answered ${status}.`;
}

function reasonOf(error: Error): string {
  if (error instanceof ForbiddenAddressError) return error.message;
  return reasons[errorCode(error) ?? ''] ?? `The connection failed: ${messageOf(error).replace(NODE_ADVICE, '')}`;
}
