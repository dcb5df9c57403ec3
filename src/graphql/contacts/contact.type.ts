import { encodeId } from '../../lib/ids.js';
import { Actor } from '../actors/actor-interface.js';
import { builder, Node } from '../core/builder.js';

/** A customer. */
export const Contact = builder.prismaObject('Contact', {
  description: 'A customer. Phone number, email address and externalId are each unique in the workspace.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id({ description: 'Begins with `cont_`.', resolve: ({ id }) => encodeId('Contact', id) }),
    name: t.exposeString('name', {
      description: 'The name. If none was given: the phone number, email address or externalId.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description: 'The phone number in E.164 format, such as +4930123456.',
    }),
    email: t.exposeString('email', { nullable: true, description: 'The email address, in lower case.' }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'A picture.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The id an outside system knows the contact by.',
    }),
    tags: t.exposeStringList('tags', { description: 'At most 50 tags, each of at most 64 characters.' }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: 'Any data stored with the contact, at most 16 KB.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the contact was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the contact last changed.' }),
  }),
});
