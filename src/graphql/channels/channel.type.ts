import { ChannelStatus as ChannelStatuses, ChannelType as ChannelTypes } from '../../generated/prisma/enums.js';
import { encodeId } from '../../lib/ids.js';
import { builder } from '../core/builder.js';
import { usableInInputs } from '../core/input.js';
import { Node } from '../core/node.js';

export const ChannelType = usableInInputs(
  builder.enumType('ChannelType', {
    description: 'What a channel carries (the types of Linktor, and API for programs).',
    values: {
      [ChannelTypes.WHATSAPP]: { description: 'WhatsApp.' },
      [ChannelTypes.TELEGRAM]: { description: 'Telegram.' },
      [ChannelTypes.SMS]: { description: 'Text messages.' },
      [ChannelTypes.EMAIL]: { description: 'E-mail.' },
      [ChannelTypes.WEBCHAT]: { description: 'A chat on a web page.' },
      [ChannelTypes.FACEBOOK]: { description: 'Facebook Messenger.' },
      [ChannelTypes.INSTAGRAM]: { description: 'Instagram.' },
      [ChannelTypes.VOICE]: { description: 'Telephone.' },
      [ChannelTypes.RCS]: { description: 'Rich Communication Services.' },
      [ChannelTypes.API]: { description: 'A program of your own.' },
    } as const,
  }),
);

export const ChannelStatus = usableInInputs(
  builder.enumType('ChannelStatus', {
    description: 'Whether a channel works. What is going on there goes on whatever the status.',
    values: {
      [ChannelStatuses.ACTIVE]: { description: 'It works.' },
      [ChannelStatuses.INACTIVE]: {
        description:
          'Switched off: new conversations, also by the message of a customer, are refused with ConflictError.',
      },
      [ChannelStatuses.ERROR]: {
        description: 'Its connector reports a failure. It takes new conversations, so that what still arrives is kept.',
      },
      [ChannelStatuses.PENDING]: { description: 'Being set up. It takes new conversations.' },
    } as const,
  }),
);

/** Where conversations come from. */
export const Channel = builder.prismaObject('Channel', {
  description: 'Where conversations come from, such as a WhatsApp number or a web chat.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with chan_.', resolve: ({ id }) => encodeId('Channel', id) }),
    name: t.exposeString('name', { description: 'What people call the channel.' }),
    type: t.expose('type', { type: ChannelType, description: 'What it carries.' }),
    status: t.expose('status', { type: ChannelStatus, description: 'Whether it works.' }),
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: 'The name an outside engine knows it by (the channel_id of CSML); unique in the workspace.',
    }),
    allowMany: t.exposeBoolean('allowMany', {
      description: 'Whether a contact may have several active conversations here at once.',
    }),
    reopenWithinSeconds: t.exposeInt('reopenWithinSeconds', {
      nullable: true,
      description:
        "A customer's message this many seconds after the closure reopens the conversation; null: it starts a new one.",
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was made.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it last changed.' }),
  }),
});
