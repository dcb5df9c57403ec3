import { z } from 'zod';
import { readIn } from '../../db/read.js';
import { type CursorContext, resumeFrom } from '../../event-log/cursor.js';
import { countEventsAfter, readHead } from '../../event-log/read-log.sql.js';
import type { WebhookEndpoint } from '../../generated/prisma/client.js';
import { input, type Parsed, required, rule } from '../../lib/input.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import type { ActionContext } from '../../unit-of-work/transaction.js';
import { endpointIdField } from './endpoint-fields.js';
import { lockActiveEndpoint, lockEndpoint, requireEndpoint } from './webhook-endpoint.sql.js';

const cursor = rule(
  'String',
  z.string('Must be a cursor.').regex(/^[\w-]{12,1024}$/, 'Must be the cursor of an event, or an eventCursor.'),
);

export const replayWebhooksInput = input(
  'ReplayWebhooksInput',
  'The webhook endpoint, and where in the log to start.',
  {
    ...endpointIdField,
    after: required(
      cursor,
      'The cursor of the last event that arrived, or an eventCursor. CURSOR_EXPIRED if the log no longer has what follows it.',
    ),
  },
);

export type Replay = { webhookEndpoint: WebhookEndpoint; eventCount: number };

const outcome: Outcome<Replay, { id: string; eventCount: number }> = {
  keep: ({ webhookEndpoint, eventCount }) => ({ id: webhookEndpoint.id, eventCount }),
  resume: async (work, { id, eventCount }) => ({ webhookEndpoint: await lockEndpoint(work, id), eventCount }),
};

/**
 * Delivers all events after a cursor again, including those already delivered: the endpoint's position in the log moves
 * back, and the dispatcher continues from there. Throws CURSOR_EXPIRED if the log no longer has what follows the cursor.
 * @throws {ConflictError} if the endpoint is deactivated
 */
export async function replayWebhooks(
  context: ActionContext & CursorContext,
  { endpointId, after }: Parsed<typeof replayWebhooksInput>,
): Promise<Replay> {
  await requireEndpoint(context, endpointId);
  const { position: start } = await resumeFrom(context, after);
  const replay = await transactOnce(context, outcome, async (work) => {
    const endpoint = await lockActiveEndpoint(work, endpointId);
    work.audit({ action: 'webhookEndpoint.replayed', targetId: endpointId });
    const head = await readHead({ read: readIn(work.tx) }, work.workspaceId);
    const webhookEndpoint = await work.tx.webhookEndpoint.update({
      where: { workspaceId_id: { workspaceId: work.workspaceId, id: endpointId } },
      data: { position: Math.min(start, Number(endpoint.position)), replayUntil: head.position },
    });
    return { webhookEndpoint, eventCount: await countEventsAfter(work.tx, work.workspaceId, start) };
  });
  context.notify(context.viewer.workspaceId);
  return replay;
}
