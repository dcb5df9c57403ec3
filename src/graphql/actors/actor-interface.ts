import { builder } from '../core/builder.js';

export const Actor = builder.interfaceRef<{ id: string; name: string }>('Actor').implement({
  description: 'Anything that can act: a user, a bot, a contact, an API key, or the system itself.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The public id of the user, bot, contact, API key or system.' }),
    name: t.exposeString('name', { description: 'The display name.' }),
  }),
});
