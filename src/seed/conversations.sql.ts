import { type Draw, pick } from './draw.js';

/** Parameters: workspace. */
export function insertConversations(draw: Draw): string {
  const of = (purpose: string) => draw('p.i', purpose);
  return `
    INSERT INTO "Conversation" (
      "workspaceId", id, "externalId", subject, status, priority, "channelId", "contactId", "ownerId", "botId",
      "botActive", exclusive, "assigneeUserId", "assigneeBotId", "assignedAt", "assignedByType", "assignedById",
      "assignmentNote", tags, metadata, "flowId", "stepId", "messageCount", "inboundCount", "teamReadSeq",
      "teamReadInbound", "firstMessageAt", "lastMessageAt", "lastInteractionAt", "snoozedUntil", "expiresAt", "closedAt",
      "closedByType", "closedById", "closureReason", resolution, "closureNotes", "reopenedAt", "reopenedByType",
      "reopenedById", version, "createdAt", "updatedAt")
    SELECT
      $1::uuid, p.id,
      CASE WHEN ${of('external')} < 0.15 THEN 'case-' || right(p.id::text, 12) END,
      CASE WHEN p.owner_id IS NOT NULL
             THEN ('{Weekly summary,Help with replies,Policy questions}'::text[])[1 + ${pick(of('subject'), 3)}]
           WHEN p.channel_type IN ('EMAIL', 'VOICE', 'API') OR ${of('subject')} < 0.5 THEN p.subject END,
      p.status::"ConversationStatus",
      (CASE WHEN p.is_raised THEN 'HIGH'
            WHEN ${of('priority')} < 0.1 THEN 'LOW'
            WHEN ${of('priority')} < 0.8 THEN 'NORMAL'
            WHEN ${of('priority')} < 0.94 THEN 'HIGH'
            ELSE 'URGENT' END)::"Priority",
      p.channel_id, p.contact_id, p.owner_id, p.bot_id,
      p.bot_id IS NOT NULL AND p.handover IS NULL, NOT p.allow_many,
      p.agent_id,
      CASE WHEN p.handover IS NULL AND p.bot_takes_it THEN p.bot_id END,
      coalesce(p.transferred_at, p.assigned_at, p.bot_assigned_at),
      (CASE WHEN p.transfer IS NOT NULL THEN 'USER' WHEN p.handover IS NOT NULL THEN p.assigned_by_type
            WHEN p.bot_takes_it THEN 'BOT' END)::"ActorType",
      CASE WHEN p.transfer IS NOT NULL THEN p.user_id WHEN p.handover IS NOT NULL THEN p.assigned_by_id
           WHEN p.bot_takes_it THEN p.bot_id END,
      p.assignment_note,
      CASE WHEN p.owner_id IS NOT NULL THEN '{}'::text[] ELSE array_remove(ARRAY[
        p.tag,
        CASE WHEN ${of('follow-up')} < 0.12 THEN 'follow-up' END,
        CASE WHEN p.channel_type = 'API' THEN 'partner' END], NULL) END,
      CASE WHEN p.owner_id IS NULL AND ${of('metadata')} < 0.6
           THEN jsonb_build_object('orderNumber', p.order_number, 'product', p.product) ELSE '{}'::jsonb END,
      CASE WHEN p.bot_id IS NOT NULL AND p.owner_id IS NULL THEN 'welcome' END,
      CASE WHEN p.bot_id IS NOT NULL AND p.owner_id IS NULL
           THEN CASE WHEN p.handover IS NULL THEN 'ask-topic' ELSE 'handed-over' END END,
      t.messages, t.inbound, coalesce(r.seq, 0), coalesce(r.inbound, 0), t.first_at, t.last_at, t.last_at,
      p.snoozed_until,
      CASE WHEN p.is_expired THEN p.closed_at END,
      p.closed_at,
      CASE WHEN p.status = 'CLOSED' THEN p.closed_by_type::"ActorType" END,
      CASE WHEN p.status = 'CLOSED' THEN p.closed_by_id END,
      CASE WHEN p.status = 'CLOSED' THEN p.closure_reason END,
      CASE WHEN p.status = 'CLOSED' THEN p.resolution::"Resolution" END,
      CASE WHEN p.status = 'CLOSED' THEN p.closure_notes END,
      p.reopened_at,
      CASE WHEN p.reopening IS NOT NULL THEN 'USER'::"ActorType" END,
      CASE WHEN p.reopening IS NOT NULL THEN p.reopened_by_id END,
      p.version, p.created_at, greatest(t.last_at, p.changed_at)
    FROM seed_plan p
    JOIN seed_total t USING (i)
    LEFT JOIN seed_team_read r USING (i)`;
}
