import { createChannel } from '../../domain/channels/create-channel.action.js';
import { type DeletedChannel, deleteChannel } from '../../domain/channels/delete-channel.action.js';
import { updateChannel } from '../../domain/channels/update-channel.action.js';
import type { Channel as ChannelRow } from '../../generated/prisma/client.js';
import { builder } from '../core/builder.js';
import { addMutation } from '../core/mutation.js';
import { Channel, ChannelStatus, ChannelType } from './channel.type.js';

function channelPayload(mutationName: string) {
  return builder.objectRef<{ channel: ChannelRow }>(`${mutationName}Payload`).implement({
    description: 'The channel as it is now.',
    fields: (t) => ({
      channel: t.field({ type: Channel, description: 'The channel as it is now.', resolve: ({ channel }) => channel }),
    }),
  });
}

const CreateChannelInput = builder.inputType('CreateChannelInput', {
  description: 'A new channel.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'At most 255 characters.' }),
    type: t.field({ type: ChannelType, required: true, description: 'What it carries.' }),
    externalId: t.string({
      description: 'The name an outside engine knows it by, at most 255 characters; unique in the workspace.',
    }),
    allowMany: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether a contact may have several active conversations here at once.',
    }),
    reopenWithinSeconds: t.int({
      description:
        "A customer's message this many seconds after the closure reopens the conversation; left out: it starts a new one.",
    }),
    idempotencyKey: t.string({
      description: 'The same key and input answer the same channel for 24 hours; at most 255 characters.',
    }),
  }),
});

addMutation('createChannel', {
  description: 'Creates a channel; ConflictError where another has the externalId.',
  permission: 'administer',
  input: CreateChannelInput,
  payload: channelPayload('CreateChannel'),
  resolve: async (input, context) => ({ channel: await createChannel(context, input) }),
});

const UpdateChannelInput = builder.inputType('UpdateChannelInput', {
  description: 'Changes to a channel; what is left out stays.',
  fields: (t) => ({
    channelId: t.id({ required: true, description: 'Begins with chan_.' }),
    name: t.string({ description: 'At most 255 characters.' }),
    status: t.field({ type: ChannelStatus, description: 'Whether it works. INACTIVE takes no new conversations.' }),
    externalId: t.string({
      description: 'The name an outside engine knows it by, at most 255 characters; unique in the workspace.',
    }),
    allowMany: t.boolean({
      description: 'Whether a contact may have several active conversations here at once; holds for new conversations.',
    }),
    reopenWithinSeconds: t.int({
      description: "A customer's message this many seconds after the closure reopens the conversation; 0: never.",
    }),
  }),
});

addMutation('updateChannel', {
  description: 'Changes a channel; ConflictError where another has the externalId.',
  permission: 'administer',
  input: UpdateChannelInput,
  payload: channelPayload('UpdateChannel'),
  resolve: async (input, context) => ({ channel: await updateChannel(context, input) }),
});

const DeleteChannelInput = builder.inputType('DeleteChannelInput', {
  description: 'Which channel to delete.',
  fields: (t) => ({
    channelId: t.id({ required: true, description: 'Begins with chan_.' }),
    force: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Also where conversations are not CLOSED: they are closed.',
    }),
  }),
});

addMutation('deleteChannel', {
  description:
    'Deletes a channel: it is found no more and its externalId is free, but its conversations are kept, still show it, and stay closed. ConflictError where conversations are not CLOSED, unless forced.',
  permission: 'administer',
  input: DeleteChannelInput,
  payload: builder.objectRef<DeletedChannel>('DeleteChannelPayload').implement({
    description: 'What was deleted.',
    fields: (t) => ({
      deletedChannelId: t.exposeID('deletedChannelId', { description: 'The channel that is gone.' }),
      closedCount: t.exposeInt('closedCount', { description: 'How many conversations were closed.' }),
    }),
  }),
  resolve: (input, context) => deleteChannel(context, input),
});
