import { clearable, required } from '../../lib/input.js';
import { externalId, flag, id, int, text } from '../../lib/rules.js';

/** The fields that a new channel always has and an update may leave out: a rule and its description each. */
export const channelFields = {
  name: [text(255), 'The display name.'],
  allowMany: [flag, 'Whether a contact may have several active conversations here. Applies to new conversations.'],
} as const;

export const clearableFields = {
  externalId: clearable(externalId, 'The name by which an outside engine knows the channel; unique in the workspace.'),
  reopenWithinSeconds: clearable(
    int(0),
    "A customer's message within this many seconds of closing reopens the conversation; a later one starts a new conversation. Without a value every message starts a new one.",
  ),
};

export const channelIdField = { channelId: required(id('Channel'), 'The channel.') };

/** The fields whose changes are audited. */
export const auditedFields = ['name', 'type', 'status', 'externalId', 'allowMany', 'reopenWithinSeconds'] as const;
