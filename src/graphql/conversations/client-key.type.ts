import { builder } from '../core/builder.js';

export const ClientKey = builder.inputType('ClientKey', {
  description:
    'A bot, a contact and a channel by the names (externalId) an outside engine knows them by (CSML). createConversation makes those that are missing; look-ups never do.',
  fields: (t) => ({
    bot: t.string({ required: true, description: "The bot's externalId." }),
    user: t.string({ required: true, description: "The contact's externalId." }),
    channel: t.string({ required: true, description: "The channel's externalId." }),
  }),
});
