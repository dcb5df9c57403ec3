import { z } from 'zod';
import { text } from '../../lib/validation.js';
import { flawInUrl, type UrlPolicy } from './endpoint-url.js';
import { webhookEventNames } from './event-names.js';

/** An address that webhooks may go to. */
export const endpointUrl = (policy: UrlPolicy) =>
  z
    .string('Must be an address; null is not allowed here.')
    .max(2048, 'Must have at most 2048 characters.')
    .superRefine((value, context) => {
      const message = flawInUrl(value, policy);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });

/** Names of events, without doubles; at least one. */
export const chosenEvents = z
  .array(
    z.enum(webhookEventNames, `Must be one of ${webhookEventNames.join(', ')}.`),
    'Must be a list of names of events; null is not allowed here.',
  )
  .min(1, 'Must name at least one event, or * for all.')
  .transform((names) => [...new Set(names)]);

export const description = text(500);
