import './conversation-outcome.js';
import { toJson } from '../../db/client.js';
import type { Conversation } from '../../generated/prisma/client.js';
import { ConflictError, invalid, NotFoundError, prefixIssues } from '../../lib/errors.js';
import { encodeId } from '../../lib/ids.js';
import { mergeMetadata } from '../../lib/validation.js';
import { createOnce } from '../../unit-of-work/client-id.sql.js';
import { transactOnce } from '../../unit-of-work/once.js';
import type { Outcome } from '../../unit-of-work/outcome.js';
import { LostRaceError, type Work } from '../../unit-of-work/transaction.js';
import { requireActors } from '../actors/actor.sql.js';
import { lockContact } from '../contacts/contact.sql.js';
import { findOrCreateContact } from '../contacts/find-or-create-contact.js';
import { lockActorsForShare } from '../contacts/merged-contact.sql.js';
import { addMessage } from '../messages/send-message.action.js';
import { join } from '../participants/participant.sql.js';
import { type PreparedUpload, prepareUploads, type UploadContext } from '../uploads/prepare-uploads.js';
import { assign } from './assign.js';
import { ensureClientKey } from './client-key.sql.js';
import { asViewerMayCreate } from './contact-input-rules.js';
import { lockActive, lockByExternalId, lockConversation } from './conversation.sql.js';
import { assertVisible } from './conversation-conflicts.js';
import { ConversationExistsError, InvalidTransitionError } from './conversation-errors.js';
import { writableFields } from './conversation-fields.js';
import type { CreateConversation } from './create-conversation.input.js';
import { begin, type NewConversation, tryInsertConversation } from './insert-conversation.js';

export type CreatedConversation = { conversation: Conversation; created: boolean };

const outcome: Outcome<CreatedConversation, { id: string; created: boolean }> = {
  keep: ({ conversation, created }) => ({ id: conversation.id, created }),
  resume: async (work, { id, created }) => ({ conversation: await lockConversation(work, id), created }),
};

/** Creates a conversation, or returns the existing one if `ifExists` is RETURN. */
export async function createConversation(
  context: UploadContext,
  asked: CreateConversation,
): Promise<CreatedConversation> {
  const wanted = asViewerMayCreate(context.viewer, asked);
  const uploads = await prepareUploads(context, wanted.message?.uploadKeys);
  return transactOnce(context, outcome, (work) =>
    createOnce(
      work,
      { type: 'Conversation', id: wanted.id, input: wanted },
      {
        create: () => create(work, { ...wanted, uploads }),
        resume: (id) => outcome.resume(work, { id, created: false }),
        idOf: ({ conversation }) => conversation.id,
      },
    ),
  );
}

type Wanted = CreateConversation & { uploads: PreparedUpload[] };

async function create(work: Work, input: Wanted): Promise<CreatedConversation> {
  const wanted = { ...input, participantIds: await lockActorsForShare(work, input.participantIds ?? []) };
  if (wanted.expiresAt && wanted.expiresAt <= work.now) throw invalid('expiresAt', 'Must be later than now.');
  const row = await toRow(work, wanted);
  const existing = await findExisting(work, row);
  if (existing) return useExisting(work, existing, wanted);
  const conversation = await tryInsertConversation(work, row);
  if (!conversation) throw new LostRaceError();
  await begin(work, conversation, work.viewer.actor);
  for (const actor of wanted.participantIds) await join(work, conversation, actor);
  const assigned = wanted.assigneeId ? await assign(work, conversation, wanted.assigneeId) : conversation;
  const written = wanted.message ? await addMessageTo(work, assigned, wanted.message, wanted.uploads) : assigned;
  return { conversation: written, created: true };
}

async function toRow(work: Work, wanted: Wanted): Promise<NewConversation> {
  const {
    client,
    contactId,
    contact,
    botId,
    ownerId,
    assigneeId,
    participantIds = [],
    externalId,
    metadata = {},
  } = wanted;
  const clientRows = client ? await ensureClientKey(work, client) : null;
  const named = contactId ? await lockContact(work, contactId, 'share') : null;
  const found = contact ? await findOrCreateContact(work, contact) : named;
  await requireActors(work, [
    ...(botId ? [{ type: 'BOT' as const, id: botId }] : []),
    ...(ownerId ? [{ type: 'USER' as const, id: ownerId }] : []),
    ...(assigneeId ? [assigneeId] : []),
    ...participantIds,
  ]);
  const channelId = clientRows?.channelId ?? wanted.channelId;
  return {
    ...writableFields(wanted),
    id: wanted.id,
    channelId,
    contactId: clientRows?.contactId ?? found?.id,
    botId: clientRows?.botId ?? botId,
    clientBotId: clientRows?.botId,
    ownerId,
    exclusive: channelId ? await isExclusive(work, channelId) : false,
    externalId,
    metadata: toJson(mergeMetadata({}, metadata)),
  };
}

async function isExclusive({ tx, workspaceId }: Work, channelId: string): Promise<boolean> {
  const channel = await tx.channel.findUnique({ where: { workspaceId_id: { workspaceId, id: channelId } } });
  if (!channel || channel.deletedAt) throw new NotFoundError('channel', encodeId('Channel', channelId));
  return !channel.allowMany;
}

/** Locks the existing conversation that conflicts with a new one. */
async function findExisting(work: Work, row: NewConversation): Promise<Conversation | null> {
  const { channelId, contactId, exclusive, externalId } = row;
  const active = exclusive && channelId && contactId ? await lockActive(work, channelId, contactId) : null;
  if (active) return active;
  const same = externalId ? await lockByExternalId(work, row, externalId) : null;
  if (same && !row.clientBotId)
    throw new ConflictError('Another conversation of the workspace has this externalId.', same.id);
  return same;
}

async function useExisting(work: Work, existing: Conversation, { ifExists, message, uploads }: Wanted) {
  await assertVisible(work, existing);
  if (ifExists === 'ERROR') throw new ConversationExistsError(existing);
  if (!message) return { conversation: existing, created: false };
  return { conversation: await addToExisting(work, existing, message, uploads), created: false };
}

async function addToExisting(...args: Parameters<typeof addMessageTo>) {
  const [, { id }] = args;
  try {
    return await addMessageTo(...args);
  } catch (error) {
    if (!(error instanceof InvalidTransitionError)) throw error;
    throw new ConflictError('The conversation with this externalId is closed. Reopen it before writing to it.', id);
  }
}

async function addMessageTo(
  work: Work,
  conversation: Conversation,
  message: NonNullable<Wanted['message']>,
  uploads: PreparedUpload[],
) {
  const written = await prefixIssues('message', () => addMessage(work, conversation, message, uploads));
  return lockConversation(work, written.conversation.id);
}
