import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { toJson } from '../../db/json.js';
import type { FieldChange } from '../../event-log/types.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { invalid, ValidationError } from '../../lib/errors.js';
import { laterOf } from '../../lib/later-of.js';
import { expectedVersion, mergeMetadata, metadata, metadataMode, parse, tags, text } from '../../lib/validation.js';
import { type ActionContext, transact, type Work } from '../../unit-of-work/transaction.js';
import { holdActive } from '../actors/share-lock-actor.sql.js';
import { assertActiveIsFree } from './active-conversation-conflict.js';
import { clientKey } from './client-key.js';
import { type ConversationChanges, changeConversation, lockReferenced } from './conversation.sql.js';
import { priority, status } from './conversation-fields.js';
import { assertVersion } from './expected-version.js';
import { changesOfReopening } from './reopening.js';
import { close, type Move, open, pend, snooze } from './status-transitions.js';

const clearable = z.string().transform((value) => value.trim());
const clearableText = (max: number) =>
  z.union([z.null(), clearable.pipe(text(max))], `Must be null or have 1 to ${max} characters.`).optional();

const updateConversationInput = z.object({
  conversationId: z.string(),
  client: clientKey.optional(),
  subject: clearableText(500),
  status: status.optional(),
  priority: priority.optional(),
  tags: tags.optional(),
  metadata: metadata.optional(),
  metadataMode,
  flowId: clearableText(255),
  stepId: clearableText(255),
  touchLastInteraction: z.boolean('Must be true or false; null is not allowed here.').optional(),
  botActive: z.boolean('Must be true or false; null is not allowed here.').optional(),
  snoozedUntil: z.date('Must be a time; null is not allowed here.').optional(),
  expiresAt: z.date().nullable().optional(),
  expectedVersion: expectedVersion.optional(),
});

type Update = z.output<typeof updateConversationInput>;

/** Changes a conversation; what it already has changes nothing and logs nothing. */
export async function updateConversation(context: ActionContext, input: unknown): Promise<Conversation> {
  const update = parse(updateConversationInput, input);
  return transact(context, async (work) => {
    const row = await lockReferenced(work, update);
    assertVersion(row, update.expectedVersion);
    const move = moveOf(work, row, update);
    if (row.status === 'CLOSED' && move) await assertActiveIsFree(work, row);
    const fields = changedFields(work, row, update);
    if (update.botActive && row.botId) await holdActive(work, { type: 'BOT', id: row.botId });
    if (move) work.record(row, move.event);
    if (fields.length > 0) {
      const changes = fields.map(({ field, from, to }) => ({ field, from, to }));
      work.record(row, { type: 'conversation.updated', payload: { changes } });
    }
    const reopening = move ? await changesOfReopening(work, row) : {};
    const touched = update.touchLastInteraction ? await touch(work, row) : row;
    if (!move && fields.length === 0) return touched;
    const columns: ConversationChanges = Object.assign({}, ...fields.map(({ column }) => column));
    return changeConversation(work, touched, { ...columns, ...move?.changes, ...reopening });
  });
}

function moveOf(work: Work, row: Conversation, { status, snoozedUntil }: Update): Move | null {
  const target: ConversationStatus = status ?? row.status;
  if (snoozedUntil && target !== 'SNOOZED') throw invalid('snoozedUntil', 'Goes with status SNOOZED only.');
  if (snoozedUntil && snoozedUntil <= work.now) throw invalid('snoozedUntil', 'Must be later than now.');
  if (target === row.status && (!snoozedUntil || snoozedUntil.getTime() === row.snoozedUntil?.getTime())) return null;
  switch (target) {
    case 'OPEN':
      return open(row, work.viewer.actor, work.now);
    case 'PENDING':
      return pend(row);
    case 'CLOSED':
      return close(row, work.viewer.actor, work.now);
    case 'SNOOZED':
      if (!snoozedUntil) throw invalid('snoozedUntil', 'Must be given with status SNOOZED.');
      return snooze(row, snoozedUntil);
  }
}

type ChangedField = FieldChange & { column: ConversationChanges };

function changedFields({ now }: Work, row: Conversation, update: Update): ChangedField[] {
  const { subject, priority, tags, flowId, stepId, botActive, expiresAt } = update;
  if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'Must be later than now.');
  if (botActive && !row.botId) throw invalid('botActive', 'The conversation has no bot. Assign it to one.');
  const metadata = nextMetadata(row, update);
  const changes: (ChangedField | null)[] = [
    change('subject', row.subject, subject, { subject }),
    change('priority', row.priority, priority, { priority }),
    change('tags', row.tags, tags, { tags }),
    change('metadata', row.metadata, metadata, metadata && { metadata: toJson(metadata) }),
    change('flowId', row.flowId, flowId, { flowId }),
    change('stepId', row.stepId, stepId, { stepId }),
    change('botActive', row.botActive, botActive, { botActive }),
    change('expiresAt', row.expiresAt, expiresAt, { expiresAt }),
  ];
  return changes.filter((changed) => changed !== null);
}

function change(
  field: string,
  from: unknown,
  to: unknown,
  column: ConversationChanges | undefined,
): ChangedField | null {
  return to === undefined || column === undefined || isDeepStrictEqual(from, to) ? null : { field, from, to, column };
}

function nextMetadata(row: Conversation, { metadata: given, metadataMode }: Update) {
  if (!given) return undefined;
  const next = mergeMetadata(metadataMode === 'MERGE' ? row.metadata : {}, given);
  const checked = metadata.safeParse(next);
  if (checked.success) return toJson(next);
  throw new ValidationError(checked.error.issues.map(({ message }) => ({ path: ['metadata'], message })));
}

async function touch({ tx, now }: Work, row: Conversation): Promise<Conversation> {
  return tx.conversation.update({
    where: { workspaceId_id: { workspaceId: row.workspaceId, id: row.id } },
    data: { lastInteractionAt: laterOf(now, row.lastInteractionAt) },
  });
}
