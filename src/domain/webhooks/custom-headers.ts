import { z } from 'zod';
import { rule } from '../../lib/input.js';
import { jsonObject } from '../../lib/rules.js';

const MAX_HEADERS = 20;
const MAX_VALUE = 2048;
const MAX_KILOBYTES = 16;

/** A header name (RFC 9110, 5.1). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/** Visible ASCII characters with spaces between them: nothing that could end the header and begin another. */
const VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** Headers that Parley sets itself, or that would change how the request is read on its way. */
const RESERVED = new Set([
  'accept-encoding',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
  'via',
]);
const RESERVED_PREFIX = /^(webhook|proxy|sec)-/;

const headers = jsonObject(MAX_KILOBYTES).transform((given, context) => {
  const parsed: Record<string, string> = {};
  const names = new Set<string>();
  for (const [name, value] of Object.entries(given)) {
    const flaw = flawIn(name, value) ?? (names.has(name.toLowerCase()) ? 'Must not appear twice.' : null);
    if (flaw !== null) context.addIssue({ code: 'custom', path: [name], message: flaw });
    names.add(name.toLowerCase());
    parsed[name] = String(value);
  }
  if (names.size > MAX_HEADERS) {
    context.addIssue({ code: 'custom', message: `Must have at most ${MAX_HEADERS} headers.` });
  }
  return parsed;
});

/** The headers of an endpoint's own, as text by name. */
export const customHeaders = rule(
  'JSONObject',
  headers,
  `At most ${MAX_HEADERS} headers and ${MAX_KILOBYTES} KB as JSON, each value at most ${MAX_VALUE} visible ASCII characters.`,
);

function flawIn(name: string, value: unknown): string | null {
  // Receivers behind CGI, WSGI and the like read an underscore as a hyphen.
  const lower = name.toLowerCase().replaceAll('_', '-');
  if (!NAME.test(name)) return 'Must have a name that RFC 9110 allows, of at most 64 characters.';
  if (RESERVED.has(lower) || RESERVED_PREFIX.test(lower)) return 'Is reserved for HTTP or the server. Leave it out.';
  if (typeof value !== 'string' || !VALUE.test(value)) {
    return 'Must be visible ASCII characters with spaces between them, without line breaks.';
  }
  return value.length > MAX_VALUE ? `Must have at most ${MAX_VALUE} characters.` : null;
}

/** The headers of an endpoint whose secrets are in plain text. */
export function plainHeaders(value: unknown): Record<string, string> {
  return z.record(z.string(), z.string()).parse(value);
}

/** The names of the headers of an endpoint, whether or not their values are encrypted. */
export function headerNames(value: unknown): string[] {
  return Object.keys(z.record(z.string(), z.unknown()).parse(value));
}
