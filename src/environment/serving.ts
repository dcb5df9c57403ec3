import { z } from 'zod';
import { isWebUrl, originsOf } from '../lib/urls.js';
import { facts, wholeNumber } from './variable.js';

/** The variables of the address that the process serves, and of its end. */
export const servingVariables = {
  DRAIN_SECONDS: wholeNumber(0, 600).optional().register(facts, {
    purpose:
      'How long a process that is told to stop [goes on serving](operations.md#stopping), not ready, until load balancers send it nothing more.',
    takes: 'a number of seconds from 0 to 600',
    unset: '`0`; `5` in production',
  }),
  SHUTDOWN_SECONDS: wholeNumber(1, 600).default(20).register(facts, {
    purpose: 'Maximum duration of a shutdown.',
    takes: 'a number of seconds from 1 to 600',
  }),
  KEEP_ALIVE_SECONDS: wholeNumber(1, 4000).default(65).register(facts, {
    purpose:
      'How long a connection without a request stays open. Must be longer than the idle time of a [load balancer](operations.md#several-processes).',
    takes: 'a number of seconds from 1 to 4000',
  }),
  HOST: z.union([z.ipv4(), z.ipv6(), z.hostname()]).optional().register(facts, {
    purpose: 'Address to listen on.',
    takes: 'an IP address or a host name to listen on',
    unset: '`127.0.0.1`; `0.0.0.0` in production',
  }),
  PORT: wholeNumber(0, 65_535).default(4000).register(facts, {
    purpose: 'Port to listen on.',
    takes: 'a port from 1 to 65535, or 0 for any free one',
  }),
  PUBLIC_URL: z
    .string()
    .refine(isWebUrl)
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .register(facts, {
      purpose: 'Base of the [URLs that the server hands out](operations.md#public-url).',
      takes: 'the http or https URL that clients reach the server by, such as https://chat.example.com',
      unset: 'the address the server listens on',
    }),
  CORS_ORIGINS: z
    .string()
    .transform(originsOf)
    .pipe(z.union([z.literal('*'), z.array(z.string())]))
    .optional()
    .register(facts, {
      purpose: 'Origins whose pages [may use the API in a browser](operations.md#browsers).',
      takes: '* for any, or origins separated by commas, such as https://app.example.com,https://admin.example.com',
      unset: '`*`; in production none but its own',
    }),
};
