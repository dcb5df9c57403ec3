import { z } from 'zod';
import { actorOf } from '../../lib/actor-ref.js';
import { limitOf } from '../../lib/input.js';
import { metadata } from '../../lib/rules.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { builder, Node, publicId } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';

const ProspectStatus = usableInInputs(
  builder.enumType('ProspectStatus', {
    description: 'How far a prospect has come. Any status can follow any other.',
    values: {
      NEW: { description: 'Nothing is known yet.' },
      GENERAL_ENQUIRY: { description: 'Made a general inquiry.' },
      SCHEDULED_CALLBACK_WITH_BOT: { description: 'Has a callback by a bot scheduled.' },
      SCHEDULED_APPOINTMENT_WITH_PERSON: { description: 'Has an appointment with a person scheduled.' },
      SCHEDULED_APPOINTMENT_FOR_SERVICE: { description: 'Has an appointment for a service scheduled.' },
      NOT_INTERESTED: { description: 'Is not interested.' },
      PRODUCT_ORDER_PLACED: { description: 'Ordered a product.' },
      SERVICE_ORDER_PLACED: { description: 'Ordered a service.' },
    } as const,
  }),
);

/** The format of the column. */
const storedReferences = z.array(
  z.object({ provider: z.string(), id: z.string(), properties: z.record(z.string(), z.unknown()) }),
);

const ExternalReference = builder.objectRef<z.output<typeof storedReferences>[number]>('ExternalReference').implement({
  description: 'How an outside system knows a prospect.',
  fields: (t) => ({
    provider: t.exposeString('provider', { description: 'The outside system, such as a CRM.' }),
    id: t.exposeString('id', { description: "The prospect's id in that system." }),
    properties: t.expose('properties', {
      type: 'JSONObject',
      description: `Any data stored with the reference. ${limitOf(metadata)}`,
    }),
  }),
});

export const Prospect = builder.prismaObject('Prospect', {
  description: 'Someone who may become a customer. Several prospects may have the same phone number or email address.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Prospect')),
    name: t.exposeString('name', { nullable: true, description: 'The name.' }),
    email: t.exposeString('email', {
      nullable: true,
      description: 'The email address, with its ASCII letters in lower case and its domain in ASCII.',
    }),
    phone: t.exposeString('phone', {
      nullable: true,
      description: 'The phone number in E.164 format, such as +4930123456.',
    }),
    status: t.expose('status', { type: ProspectStatus, description: 'How far the prospect has come.' }),
    properties: t.expose('properties', {
      type: 'JSONObject',
      description: `Any data stored with the prospect. ${limitOf(metadata)}`,
    }),
    externalReferences: t.field({
      type: [ExternalReference],
      description: 'How outside systems know the prospect: at most 50 references, in the order they were given.',
      resolve: ({ externalReferences }) => storedReferences.parse(externalReferences),
    }),
    createdBy: t.field({
      type: Actor,
      nullable: true,
      description: 'Who created the prospect; null for prospects created before this was recorded.',
      resolve: ({ createdByType: type, createdById: id }, _args, context) =>
        type && loadActor(context, actorOf(type, id)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the prospect was created.' }),
    updatedBy: t.field({
      type: Actor,
      nullable: true,
      description:
        'Who last changed the prospect, initially its creator; null for prospects last changed before this was recorded.',
      resolve: ({ updatedByType: type, updatedById: id }, _args, context) =>
        type && loadActor(context, actorOf(type, id)),
    }),
    updatedAt: t.expose('updatedAt', {
      type: 'DateTime',
      description: 'When the prospect last changed. Linking does not count.',
    }),
  }),
});
