import { builder } from './builder.js';

/** Anything with a public id. */
export const Node = builder.interfaceRef<{ id: string }>('Node').implement({
  description: 'Anything with a public id, which `node` finds again.',
  fields: (t) => ({ id: t.exposeID('id', { description: 'The public id: a type prefix and a UUIDv7 (TypeID).' }) }),
});
