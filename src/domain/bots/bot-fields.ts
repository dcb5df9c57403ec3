import { clearable, required } from '../../lib/input.js';
import { externalId, id, text } from '../../lib/rules.js';

/** The display name, as arguments of `required` and `optional`. */
export const nameField = [text(255), 'The display name.'] as const;

export const externalIdField = {
  externalId: clearable(externalId, 'The name by which an outside engine knows the bot; unique in the workspace.'),
};

export const botIdField = { botId: required(id('Bot'), 'The bot.') };

/** The fields whose changes are audited. */
export const auditedFields = ['name', 'externalId'] as const;
