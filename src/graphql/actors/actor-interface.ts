import { builder } from '../core/builder.js';

/** Whoever acted: a person, a bot, a customer, an API key or the system itself. */
export const Actor = builder.interfaceRef<{ id: string; name: string }>('Actor').implement({
  description: 'Whoever acted: a person, a bot, a customer, an API key or the system itself.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The public id of the user, bot, contact, key or system.' }),
    name: t.exposeString('name', { description: 'What people call it.' }),
  }),
});
