import { z } from 'zod';
import { type AuditChange, changesOf, hiddenChange } from '../../audit/audit-entry.js';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { clearable, listRule, required, rule } from '../../lib/input.js';
import { bounded, id, text } from '../../lib/rules.js';
import { customHeaders } from './custom-headers.js';
import { endpointUrl } from './endpoint-url.js';
import { webhookEventNames } from './event-names.js';

const MAX_NAMES = 50;
const eventName = rule('String', z.enum(webhookEventNames, `Must be one of ${webhookEventNames.join(', ')}.`));

/** Event names, parsed without duplicates. */
const eventNames = listRule(
  eventName,
  bounded(eventName, MAX_NAMES, 'event names')
    .refine(({ length }) => length > 0, 'Must name at least one event, or * for all.')
    .transform((names) => [...new Set(names)]),
  `At least one, and at most ${MAX_NAMES}.`,
);

/** The fields that creating and updating declare in their own ways: a rule and its description each. */
export const endpointFields = {
  url: [
    endpointUrl,
    'Where to send; stored in its normal form, as browsers write it. In production https only. Addresses that are not public are refused unless WEBHOOK_ALLOW_PRIVATE is on; a host name is checked on every connection.',
  ],
  events: [
    eventNames,
    'Names of events, such as conversation.closed or message.added; * selects all but note.added and note.updated, which tell of INTERNAL messages and have to be named. message.received, message.sent, message.delivered, message.read and message.failed each cover a part of message.added or message.updated, and are sent only if that event is not selected itself.',
  ],
  headers: [
    customHeaders,
    'Headers to send with each delivery, as text by name. Names that HTTP or the server itself needs, such as Host, Content-Type and webhook-*, are refused. The values are never shown again.',
  ],
} as const;

export const descriptionField = { description: clearable(text(500), 'What the endpoint is for.') };

export const endpointIdField = { endpointId: required(id('WebhookEndpoint'), 'The webhook endpoint.') };

/**
 * The changes of an endpoint that are audited with their values; of headers and secrets only that they changed. What follows
 * the path of a URL is often a secret: only that there is something is kept, or that it changed.
 */
export function auditedChanges(before: Audited | null, after: Audited): AuditChange[] {
  const changes = changesOf(before && shown(before), shown(after), ['url', 'events', 'description']);
  const onlyQuery = before && before.url !== after.url && !changes.some(({ field }) => field === 'url');
  return onlyQuery ? [hiddenChange('url'), ...changes] : changes;
}

type Audited = Pick<WebhookEndpoint, 'url' | 'events' | 'description'>;

function shown({ url, events, description }: Audited): Audited {
  const { origin, pathname, search } = new URL(url);
  return { url: `${origin}${pathname}${search === '' ? '' : '?…'}`, events, description };
}
