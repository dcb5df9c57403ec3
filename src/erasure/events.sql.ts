import type { SystemWork } from '../unit-of-work/transaction.js';

/** The fields of a conversation that people write, and those that programs do. */
const BY_PEOPLE = ['subject', 'metadata', 'tags'];
const BY_PROGRAMS = ['flowId', 'stepId'];

/**
 * Blanks the text that people wrote in the events of a deleted conversation, and if the person was erased also what programs
 * wrote. The events themselves stay in the log.
 */
export async function blankEvents(
  { tx, workspaceId }: SystemWork,
  conversationId: string,
  erased = false,
): Promise<void> {
  const fields = erased ? [...BY_PEOPLE, ...BY_PROGRAMS] : BY_PEOPLE;
  await tx.$executeRaw`
    UPDATE "Event" SET payload = CASE type
      WHEN 'conversation.updated' THEN jsonb_set(payload, '{changes}', (
        SELECT jsonb_agg(CASE WHEN change->>'field' = ANY(${fields}::text[])
                              THEN change || '{"from": null, "to": null}' ELSE change END)
        FROM jsonb_array_elements(payload->'changes') change))
      WHEN 'conversation.assigned' THEN payload || '{"note": null}'
      WHEN 'conversation.transferred' THEN payload || '{"reason": null, "summary": null}'
      WHEN 'conversation.closed' THEN payload || '{"reason": null, "notes": null}'
    END
    WHERE "workspaceId" = ${workspaceId}::uuid AND "conversationId" = ${conversationId}::uuid
      AND type IN ('conversation.updated', 'conversation.assigned', 'conversation.transferred', 'conversation.closed')`;
}
