import { ChannelStatus as ChannelStatuses, ChannelType as ChannelTypes } from '../../generated/prisma/enums.js';
import { builder, Node, publicId } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';

const ChannelType = usableInInputs(
  builder.enumType('ChannelType', {
    description: 'What a channel carries.',
    values: {
      [ChannelTypes.WHATSAPP]: { description: 'WhatsApp.' },
      [ChannelTypes.TELEGRAM]: { description: 'Telegram.' },
      [ChannelTypes.SMS]: { description: 'Text messages.' },
      [ChannelTypes.EMAIL]: { description: 'Email.' },
      [ChannelTypes.WEBCHAT]: { description: 'Chat on a web page.' },
      [ChannelTypes.FACEBOOK]: { description: 'Facebook Messenger.' },
      [ChannelTypes.INSTAGRAM]: { description: 'Instagram.' },
      [ChannelTypes.VOICE]: { description: 'Phone calls.' },
      [ChannelTypes.RCS]: { description: 'Rich Communication Services.' },
      [ChannelTypes.API]: { description: 'A program of your own, by this API.' },
    } as const,
  }),
);

const ChannelStatus = usableInInputs(
  builder.enumType('ChannelStatus', {
    description: 'Whether a channel works. Existing conversations continue regardless of status.',
    values: {
      [ChannelStatuses.ACTIVE]: { description: 'The channel works.' },
      [ChannelStatuses.INACTIVE]: {
        description:
          'Switched off. New conversations fail with ConflictError, including those that a customer message would start.',
      },
      [ChannelStatuses.ERROR]: {
        description:
          'Its connector reports a failure. It takes new conversations, so that nothing that still arrives is lost.',
      },
      [ChannelStatuses.PENDING]: { description: 'Being set up. It takes new conversations.' },
    } as const,
  }),
);

export const Channel = builder.prismaObject('Channel', {
  description: 'Where conversations come from, such as a WhatsApp number or a web chat.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Channel')),
    name: t.exposeString('name', { description: 'The display name.' }),
    type: t.expose('type', { type: ChannelType, description: 'What the channel carries.' }),
    status: t.expose('status', { type: ChannelStatus, description: 'Whether the channel works.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The name by which an outside engine knows the channel; unique in the workspace.',
    }),
    allowMany: t.exposeBoolean('allowMany', {
      description: 'Whether a contact may have several active conversations here.',
    }),
    reopenWithinSeconds: t.exposeInt('reopenWithinSeconds', {
      nullable: true,
      description:
        "A customer's message within this many seconds of closing reopens the conversation; a later one starts a new conversation. null: every message starts a new one.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the channel was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When the channel last changed.' }),
  }),
});
