import { z } from 'zod';
import { actorOf } from '../../lib/actor-ref.js';
import { encodeId } from '../../lib/ids.js';
import { loadActor } from '../actors/actor.type.js';
import { Actor } from '../actors/actor-interface.js';
import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';
import { Node } from '../core/node.js';

const ProspectStatus = usableInInputs(
  builder.enumType('ProspectStatus', {
    description: 'How far a prospect has come (Trata). Any of them may follow any other.',
    values: {
      NEW: { description: 'Nothing is known yet.' },
      GENERAL_ENQUIRY: { description: 'Asked something.' },
      SCHEDULED_CALLBACK_WITH_BOT: { description: 'A bot will call back.' },
      SCHEDULED_APPOINTMENT_WITH_PERSON: { description: 'Will talk to a person.' },
      SCHEDULED_APPOINTMENT_FOR_SERVICE: { description: 'Will come for a service.' },
      NOT_INTERESTED: { description: 'Does not want anything.' },
      PRODUCT_ORDER_PLACED: { description: 'Ordered a product.' },
      SERVICE_ORDER_PLACED: { description: 'Ordered a service.' },
    } as const,
  }),
);

/** How the column keeps references. */
const storedReferences = z.array(
  z.object({ provider: z.string(), id: z.string(), properties: z.record(z.string(), z.unknown()) }),
);

const ExternalReference = builder.objectRef<z.output<typeof storedReferences>[number]>('ExternalReference').implement({
  description: 'What another system knows a prospect by.',
  fields: (t) => ({
    provider: t.exposeString('provider', { description: 'The other system, such as a CRM.' }),
    id: t.exposeString('id', { description: "The prospect's id over there; not one of ours." }),
    properties: t.expose('properties', { type: 'JSONObject', description: 'What callers keep with it.' }),
  }),
});

/** Somebody who may become a customer. */
export const Prospect = builder.prismaObject('Prospect', {
  description: 'Somebody who may become a customer. Several may have the same phone number or e-mail address.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with prsp_.', resolve: ({ id }) => encodeId('Prospect', id) }),
    name: t.exposeString('name', { nullable: true, description: 'What people call the prospect.' }),
    email: t.exposeString('email', { nullable: true, description: 'In lower case.' }),
    phone: t.exposeString('phone', { nullable: true, description: 'In E.164, such as +4930123456.' }),
    status: t.expose('status', { type: ProspectStatus, description: 'How far the prospect has come.' }),
    properties: t.expose('properties', {
      type: 'JSONObject',
      description: 'What callers keep with it, at most 16 KB.',
    }),
    externalReferences: t.field({
      type: [ExternalReference],
      description: 'What other systems know the prospect by: at most 50, in the order they were given.',
      resolve: ({ externalReferences }) => storedReferences.parse(externalReferences),
    }),
    createdBy: t.field({
      type: Actor,
      nullable: true,
      description: 'Who made it; null where that is from before it was kept.',
      resolve: ({ createdByType: type, createdById: id }, _args, context) =>
        type && loadActor(context, actorOf(type, id)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedBy: t.field({
      type: Actor,
      nullable: true,
      description: 'Who last changed it, at first whoever made it; null where that is from before it was kept.',
      resolve: ({ updatedByType: type, updatedById: id }, _args, context) =>
        type && loadActor(context, actorOf(type, id)),
    }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed; links do not count.' }),
  }),
});
