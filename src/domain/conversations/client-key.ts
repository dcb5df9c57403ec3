import { input, type Parsed, required } from '../../lib/input.js';
import { externalId } from '../../lib/rules.js';

/** The key by which an outside engine names its conversations. */
export const clientKey = input(
  'ClientKey',
  'A bot, a contact and a channel, each by the externalId that an outside engine uses. createConversation creates the missing ones; lookups never do.',
  {
    bot: required(externalId, "The bot's externalId."),
    user: required(externalId, "The contact's externalId."),
    channel: required(externalId, "The channel's externalId."),
  },
);

export type ClientKeyInput = Parsed<typeof clientKey>;
