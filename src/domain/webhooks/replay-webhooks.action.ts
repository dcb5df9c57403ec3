import { z } from 'zod';
import { type CursorContext, resumeFrom } from '../../event-log/cursor.js';
import { readHead } from '../../event-log/read-log.sql.js';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { id, parse } from '../../lib/validation.js';
import { type ActionContext, transact } from '../../unit-of-work/transaction.js';
import { lockActiveEndpoint, requireEndpoint } from './webhook-endpoint.sql.js';

const replayWebhooksInput = z.object({
  endpointId: id('WebhookEndpoint'),
  after: z
    .string('Must be a cursor; null is not allowed here.')
    .regex(/^[\w-]{12,1024}$/, 'Must be the cursor of an event, or an eventCursor.'),
});

export type Replay = { webhookEndpoint: WebhookEndpoint; eventCount: number };

/**
 * Delivers all events behind a cursor of the log again, also those that were delivered: the endpoint's place in the log
 * goes back, and the dispatcher goes on from there. Throws CURSOR_EXPIRED where the log no longer has what follows it.
 */
export async function replayWebhooks(context: ActionContext & CursorContext, input: unknown): Promise<Replay> {
  const { endpointId, after } = parse(replayWebhooksInput, input);
  await requireEndpoint(context, endpointId);
  const { position: behind } = await resumeFrom(context, after);
  const replay = await transact(context, async (work) => {
    const endpoint = await lockActiveEndpoint(work, endpointId);
    const head = await readHead({ prisma: work.tx }, work.workspaceId);
    const webhookEndpoint = await work.tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: endpointId } },
      data: { position: Math.min(behind, Number(endpoint.position)), replayUntil: head.position },
    });
    return { webhookEndpoint, eventCount: head.position - behind };
  });
  context.notify(context.viewer.workspaceId);
  return replay;
}
