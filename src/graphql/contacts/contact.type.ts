import { limitOf } from '../../lib/input.js';
import { metadata, tags } from '../../lib/rules.js';
import { Actor } from '../actors/actor-interface.js';
import { boundedComplexity, boundsArgs } from '../core/bounded-list.js';
import { builder, Node, publicId } from '../core/builder.js';
import { aliasesOfContacts, ContactAlias } from './contact-alias.type.js';

/** A customer. */
export const Contact = builder.prismaObject('Contact', {
  description: 'A customer. Phone number, email address and externalId are each unique in the workspace.',
  interfaces: [Node, Actor],
  fields: (t) => ({
    id: t.id(publicId('Contact')),
    name: t.exposeString('name', {
      description: 'The name. If none was given: the phone number, email address or externalId.',
    }),
    nameIsPlaceholder: t.exposeBoolean('nameIsPlaceholder', {
      description:
        'Whether no name was given, so that `name` stands in for one. It gives way to the first name that is given, and follows the value that it stands for.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description: 'The phone number in E.164 format, such as +4930123456.',
    }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The email address, with its ASCII letters in lower case and its domain in ASCII.',
    }),
    avatarUrl: t.exposeString('avatarUrl', { nullable: true, description: 'A picture.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The id an outside system knows the contact by.',
    }),
    aliases: t.field({
      type: [ContactAlias],
      complexity: boundedComplexity,
      description:
        'What contacts that were merged into this one were reached by. It leads to this one, until removeContactAlias takes it away.',
      args: boundsArgs(t.arg),
      resolve: ({ id }, bounds, context) => aliasesOfContacts(context, id, bounds),
    }),
    tags: t.exposeStringList('tags', { description: `Labels. ${limitOf(tags)}` }),
    metadata: t.expose('metadata', {
      type: 'JSONObject',
      description: `Any data stored with the contact. ${limitOf(metadata)}`,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the contact was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the contact last changed.' }),
  }),
});
