import { createChannel, createChannelInput } from '../../domain/channels/create-channel.action.js';
import { type DeletedChannel, deleteChannel, deleteChannelInput } from '../../domain/channels/delete-channel.action.js';
import { updateChannel, updateChannelInput } from '../../domain/channels/update-channel.action.js';
import { builder } from '../core/builder.js';
import { mutation } from '../core/mutation.js';
import { payload, pendingField } from '../core/payload.js';
import { Channel } from './channel.type.js';

mutation('createChannel', {
  description: 'Creates a channel. ConflictError if another channel has the externalId.',
  permission: 'administer',
  audits: ['channel.created'],
  input: createChannelInput,
  payload: payload('CreateChannel', 'channel', Channel, 'The new channel.'),
  resolve: async (input, context) => ({ channel: await createChannel(context, input) }),
});

mutation('updateChannel', {
  description: 'Changes a channel. ConflictError if another channel has the externalId.',
  permission: 'administer',
  audits: ['channel.updated'],
  input: updateChannelInput,
  payload: payload('UpdateChannel', 'channel', Channel, 'The channel after the mutation.'),
  resolve: async (input, context) => ({ channel: await updateChannel(context, input) }),
});

mutation('deleteChannel', {
  description:
    'Deletes a channel: it can no longer be found, and its externalId becomes free. Its conversations remain and still show the channel, but cannot be reopened. ConflictError if conversations are not CLOSED, unless forced.',
  permission: 'administer',
  audits: ['channel.deleted'],
  input: deleteChannelInput,
  payload: builder.objectRef<DeletedChannel>('DeleteChannelPayload').implement({
    description: 'The deleted channel, and how many conversations were closed.',
    fields: (t) => ({
      deletedChannelId: t.exposeID('deletedChannelId', { description: 'The id of the deleted channel.' }),
      closedCount: t.exposeInt('closedCount', { description: 'Number of conversations closed.' }),
      pending: pendingField(t),
    }),
  }),
  resolve: (input, context) => deleteChannel(context, input),
});
