import { z } from 'zod';
import { jsonObject } from '../../lib/validation.js';

const MAX_HEADERS = 20;
const MAX_VALUE = 2048;
const MAX_KILOBYTES = 16;

/** A field name (RFC 9110, 5.1). */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/;

/** Visible characters of ASCII, and blanks between them: nothing that could end the header and begin another. */
const VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** What Parley sets itself, and what would change how the request is read on its way. */
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

/** Reads the headers that an endpoint wants besides ours: text by name. */
export const customHeaders = jsonObject(MAX_KILOBYTES).transform((given, context) => {
  const headers: Record<string, string> = {};
  const names = new Set<string>();
  for (const [name, value] of Object.entries(given)) {
    const flaw = flawIn(name, value) ?? (names.has(name.toLowerCase()) ? 'Must not come twice.' : null);
    if (flaw !== null) context.addIssue({ code: 'custom', path: [name], message: flaw });
    names.add(name.toLowerCase());
    headers[name] = String(value);
  }
  if (names.size > MAX_HEADERS) {
    context.addIssue({ code: 'custom', message: `Must have at most ${MAX_HEADERS} headers.` });
  }
  return headers;
});

function flawIn(name: string, value: unknown): string | null {
  // Receivers behind CGI, WSGI and the like take an underscore for a hyphen.
  const lower = name.toLowerCase().replaceAll('_', '-');
  if (!NAME.test(name)) return 'Must be named as RFC 9110 has it, with at most 64 characters.';
  if (RESERVED.has(lower) || RESERVED_PREFIX.test(lower)) return 'This header is set by the server.';
  if (typeof value !== 'string' || !VALUE.test(value)) {
    return 'Must be visible ASCII characters with blanks between them, without line breaks.';
  }
  return value.length > MAX_VALUE ? `Must have at most ${MAX_VALUE} characters.` : null;
}

/** The headers that a row keeps. */
export function storedHeaders(value: unknown): Record<string, string> {
  return z.record(z.string(), z.string()).parse(value);
}
