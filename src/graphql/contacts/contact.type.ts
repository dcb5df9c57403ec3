import { encodeId } from '../../lib/ids.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';

/** A customer. */
export const Contact = builder.prismaObject('Contact', {
  description: 'A customer. Phone, e-mail address and externalId are each unique in the workspace.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id({ description: 'Begins with cont_.', resolve: ({ id }) => encodeId('Contact', id) }),
    name: t.exposeString('name', {
      description: 'What people call the contact; where none was given the phone, e-mail address or externalId.',
    }),
    phone: t.exposeString('phone', { nullable: true, description: 'In E.164, such as +4930123456.' }),
    email: t.exposeString('email', { nullable: true, description: 'In lower case.' }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'A picture.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The name an outside engine knows the contact by (the user_id of CSML).',
    }),
    tags: t.exposeStringList('tags', { description: 'At most 50 labels of at most 64 characters.' }),
    metadata: t.expose('metadata', { type: 'JSONObject', description: 'What callers keep with it, at most 16 KB.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});
