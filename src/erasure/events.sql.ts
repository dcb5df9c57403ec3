import type { SystemWork } from '../unit-of-work/transaction.js';

/** Blanks the text that people and programs wrote in the events of a deleted conversation. The events themselves stay in the log. */
export async function blankEvents({ tx, workspaceId }: SystemWork, conversationId: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE "Event" SET payload = CASE type
      WHEN 'conversation.updated' THEN jsonb_set(payload, '{changes}', (
        SELECT jsonb_agg(CASE WHEN change->>'field' IN ('subject', 'metadata', 'tags', 'flowId', 'stepId')
                              THEN change || '{"from": null, "to": null}' ELSE change END)
        FROM jsonb_array_elements(payload->'changes') change))
      WHEN 'conversation.assigned' THEN payload || '{"note": null}'
      WHEN 'conversation.transferred' THEN payload || '{"reason": null, "summary": null}'
      WHEN 'conversation.closed' THEN payload || '{"reason": null, "notes": null}'
    END
    WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid
      AND type IN ('conversation.updated', 'conversation.assigned', 'conversation.transferred', 'conversation.closed')`;
}
