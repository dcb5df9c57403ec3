import { type DocumentNode, execute } from 'graphql';
import { z } from 'zod';
import { isOutage } from '../db/outage.js';
import { TEST_EVENT } from '../domain/webhooks/event-names.js';
import type { LogEvent } from '../event-log/log-event.js';
import { createBudget } from '../graphql/core/budget.js';
import type { Context } from '../graphql/core/context.js';
import { schema } from '../graphql/schema.js';
import { encodeId } from '../lib/ids.js';
import type { Claim } from './attempt.sql.js';

const rendered = z.object({ events: z.record(z.string(), z.unknown()) });

type Subject = Pick<Claim, 'workspaceId' | 'endpointId' | 'eventType' | 'createdAt'>;

/**
 * Renders the body for an event: the event's GraphQL type, as selected by the document. Throws the first error, or a
 * database outage if there is one among the errors.
 */
export async function renderBody(
  document: DocumentNode,
  context: Context,
  { workspaceId, eventType }: Subject,
  event: LogEvent,
): Promise<string> {
  const budget = createBudget(context.config.maxResponseBytes);
  const contextValue = { ...context, budget };
  const { data, errors } = await execute({ schema, document, contextValue, rootValue: event });
  const [failure] = errors ?? [];
  if (failure) throw errors?.find(({ originalError }) => isOutage(originalError))?.originalError ?? failure;
  return envelope(workspaceId, eventType, event.occurredAt, Number(event.position), rendered.parse(data).events);
}

/** Renders the body of a test delivery. */
export function testBody({ workspaceId, endpointId, createdAt }: Subject): string {
  return envelope(workspaceId, TEST_EVENT, createdAt, null, { endpointId: encodeId('WebhookEndpoint', endpointId) });
}

function envelope(workspaceId: string, type: string, timestamp: Date, sequence: number | null, data: object): string {
  return JSON.stringify({ type, timestamp, sequence, workspaceId: encodeId('Workspace', workspaceId), data });
}
