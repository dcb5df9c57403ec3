import { isDeepStrictEqual } from 'node:util';
import { toJson } from '../../db/client.js';
import type { FieldChange } from '../../event-log/log-event.js';
import type { Conversation } from '../../generated/prisma/client.js';
import type { ConversationStatus } from '../../generated/prisma/enums.js';
import { invalid } from '../../lib/errors.js';
import { optional, type Parsed, updateInput, withDefault } from '../../lib/input.js';
import { flag, metadata, metadataMode, time } from '../../lib/rules.js';
import { mergeWithinLimit } from '../../lib/validation.js';
import { transactOnce } from '../../unit-of-work/once.js';
import { type ActionContext, laterOf, type Work } from '../../unit-of-work/transaction.js';
import { lockActiveActorForShare } from '../actors/actor.sql.js';
import { changeConversation, changeUnversioned, lockReferenced } from './conversation.sql.js';
import { assertActiveIsFree, assertVersion } from './conversation-conflicts.js';
import {
  conversationFields,
  conversationReference,
  status,
  versionField,
  writableFields,
} from './conversation-fields.js';
import { conversationOutcome } from './conversation-outcome.js';
import { changesOfReopening } from './reopening.js';
import { close, open, pend, snooze, type Transition } from './status-transitions.js';

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
  return transactOnce(context, conversationOutcome, async (work) => {
    const row = await lockReferenced(work, update);
    assertVersion(row, update.expectedVersion);
    const transition = transitionOf(work, row, update);
    if (row.status === 'CLOSED' && transition) await assertActiveIsFree(work, row);
    const wanted = wantedColumns(work, row, update);
    const changes = changesOf(row, wanted);
    if (update.botActive && row.botId) await lockActiveActorForShare(work, { type: 'BOT', id: row.botId });
    if (transition) work.record(row, transition.event);
    if (changes.length > 0) work.record(row, { type: 'conversation.updated', payload: { changes } });
    const reopening = transition ? await changesOfReopening(work, row) : {};
    const touched = update.touchLastInteraction
      ? await changeUnversioned(work, row, { lastInteractionAt: laterOf(work.now, row.lastInteractionAt) })
      : row;
    if (!transition && changes.length === 0) {
      if (touched !== row) work.recordChange(row.id, { type: 'conversation.touched', payload: {} }, row);
      return touched;
    }
    return changeConversation(work, touched, { ...wanted, ...transition?.changes, ...reopening });
  });
}

function transitionOf(work: Work, row: Conversation, { status, snoozedUntil }: Update): Transition | null {
  const target: ConversationStatus = status ?? row.status;
  if (snoozedUntil && target !== 'SNOOZED') throw invalid('snoozedUntil', 'Can be set only with status SNOOZED.');
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
      if (!snoozedUntil) throw invalid('snoozedUntil', 'Required with status SNOOZED.');
      return snooze(row, snoozedUntil);
  }
}

function wantedColumns({ now }: Work, row: Conversation, update: Update) {
  const { expiresAt, botActive } = update;
  if (expiresAt && expiresAt <= now) throw invalid('expiresAt', 'Must be later than now.');
  if (botActive && !row.botId) throw invalid('botActive', 'The conversation has no bot. Assign it to a bot first.');
  return { ...writableFields(update), botActive, metadata: nextMetadata(row, update) };
}

/** The columns that differ from the row. Undefined columns are not to be changed. */
function changesOf(row: Conversation, wanted: ReturnType<typeof wantedColumns>): FieldChange[] {
  const current = new Map<string, unknown>(Object.entries(row));
  return Object.entries(wanted)
    .map(([field, to]) => ({ field, from: current.get(field), to }))
    .filter(({ from, to }) => to !== undefined && !isDeepStrictEqual(from, to));
}

function nextMetadata(row: Conversation, { metadata: given, metadataMode }: Update) {
  return given && toJson(mergeWithinLimit('metadata', metadataMode === 'MERGE' ? row.metadata : {}, given));
}
