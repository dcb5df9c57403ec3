import { encodeId } from '../../lib/ids.js';
import { builder } from '../core/builder.js';
import { Node } from '../core/node.js';
import { Message } from '../messages/message.type.js';
import { attachmentsOf } from './attachment.loader.js';

/** A file that came with a message. */
export const Attachment = builder.prismaObject('Upload', {
  name: 'Attachment',
  description: 'A file that came with a message. It goes with the message.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id({ description: 'Begins with att_.', resolve: ({ id }) => encodeId('Attachment', id) }),
    key: t.exposeString('key', { description: 'The key that createUpload answered.' }),
    url: t.string({
      description:
        'Where to fetch it, without an API key, for 30 minutes at least: signed anew whenever it is asked for. Images, audio and video are shown; all else is saved.',
      resolve: ({ workspaceId, key, contentType, filename }, _args, { uploads, clock, publicUrl }) =>
        uploads.store.grantGet({ workspaceId, key, contentType, filename, now: clock(), publicUrl: publicUrl() }),
    }),
    contentType: t.exposeString('contentType', { description: 'Its MIME type.' }),
    sizeBytes: t.exposeInt('sizeBytes', { nullable: true, description: 'How large it is, in bytes.' }),
    filename: t.exposeString('filename', {
      nullable: true,
      description: 'What it was called where it came from, at most 255 characters.',
    }),
  }),
});

builder.prismaObjectField(Message, 'attachments', (t) =>
  t.field({
    type: [Attachment],
    description: 'Its files in the order of uploadKeys, at most 10; none where it is deleted.',
    resolve: ({ id }, _args, context) => attachmentsOf(context).load(id),
  }),
);
