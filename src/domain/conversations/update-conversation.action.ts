import { isDeepStrictEqual } from 'node:util';
import { toJson } from '../../db/json.js';
import type { FieldChange } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { invalid, ValidationError } from '../../lib/errors.js';
import { optional, type Parsed, updateInput, withDefault } from '../../lib/input.js';
import { flag, metadata, metadataMode, time } from '../../lib/rules.js';
import { mergeMetadata } from '../../lib/validation.js';
import { type ActionContext, laterOf, transact, type Work } from '../../unit-of-work/transaction.js';
import { holdActive } from '../actors/share-lock-actor.sql.js';
import { assertActiveIsFree } from './active-conversation-conflict.js';
import { changeConversation, lockReferenced } from './conversation.sql.js';
import {
  conversationFields,
  conversationReference,
  status,
  versionField,
  writableFields,
} from './conversation-fields.js';
import { assertVersion } from './expected-version.js';
import { changesOfReopening } from './reopening.js';
import { close, type Move, open, pend, snooze } from './status-transitions.js';

export const updateConversationInput = updateInput(
  'UpdateConversationInput',
  'Changes to a conversation. Fields that are left out stay as they are.',
  {
    ...conversationReference,
    status: optional(
      status,
      'Moves the conversation to this status by the rules of the mutation for that move. The current status changes nothing.',
    ),
    ...conversationFields,
    metadata: optional(metadata, 'Any data to store with the conversation. The limit also holds after merging.'),
    metadataMode: withDefault(
      metadataMode,
      'MERGE',
      'Whether `metadata` is merged into what is stored or replaces it.',
    ),
    touchLastInteraction: optional(flag, 'Sets lastInteractionAt to now. Logs no event.'),
    botActive: optional(flag, 'Whether the bot answers. true requires a bot.'),
    snoozedUntil: optional(time, 'When to wake. Must be in the future; required with status SNOOZED.'),
    ...versionField,
  },
);

type Update = Parsed<typeof updateConversationInput>;

/** Changes a conversation. Values that it already has change nothing and log nothing. */
export async function updateConversation(context: ActionContext, update: Update): Promise<Conversation> {
  return transact(context, async (work) => {
    const row = await lockReferenced(work, update);
    assertVersion(row, update.expectedVersion);
    const move = moveOf(work, row, update);
    if (row.status === 'CLOSED' && move) await assertActiveIsFree(work, row);
    const wanted = wantedColumns(work, row, update);
    const changes = changesOf(row, wanted);
    if (update.botActive && row.botId) await holdActive(work, { type: 'BOT', id: row.botId });
    if (move) work.record(row, move.event);
    if (changes.length > 0) work.record(row, { type: 'conversation.updated', payload: { changes } });
    const reopening = move ? await changesOfReopening(work, row) : {};
    const touched = update.touchLastInteraction ? await touch(work, row) : row;
    if (!move && changes.length === 0) return touched;
    return changeConversation(work, touched, { ...wanted, ...move?.changes, ...reopening });
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

function wantedColumns({ now }: Work, row: Conversation, update: Update) {
  const { expiresAt, botActive } = update;
  if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'Must be later than now.');
  if (botActive && !row.botId) throw invalid('botActive', 'The conversation has no bot. Assign it to one.');
  return { ...writableFields(update), botActive, metadata: nextMetadata(row, update) };
}

/** What differs from the row; columns that are undefined are not wanted. */
function changesOf(row: Conversation, wanted: ReturnType<typeof wantedColumns>): FieldChange[] {
  const current = new Map<string, unknown>(Object.entries(row));
  return Object.entries(wanted)
    .map(([field, to]) => ({ field, from: current.get(field), to }))
    .filter(({ from, to }) => to !== undefined && !isDeepStrictEqual(from, to));
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
