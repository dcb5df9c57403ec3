import { builder, Node, publicId } from '../core/builder.js';
import { Message } from '../messages/message.type.js';
import { attachmentsOf } from './attachment.loader.js';

export const Attachment = builder.prismaObject('Upload', {
  name: 'Attachment',
  description: 'A file attached to a message. Deleted with the message.',
  interfaces: [Node],
  fields: (t) => ({
    id: t.id(publicId('Attachment')),
    key: t.exposeString('key', { description: 'The key that createUpload returned.' }),
    url: t.string({
      description:
        'A signed URL from which the file can be fetched without an API key, valid for at least 30 minutes. Query it again for a fresh one. Browsers display images, audio and video, and save everything else.',
      resolve: ({ workspaceId, key, contentType, filename }, _args, { uploads, clock, publicUrl }) =>
        uploads.store.presignGet({ workspaceId, key, contentType, filename, now: clock(), publicUrl: publicUrl() }),
    }),
    contentType: t.exposeString('contentType', { description: 'The MIME type.' }),
    sizeBytes: t.exposeInt('sizeBytes', { nullable: true, description: 'The size in bytes.' }),
    filename: t.exposeString('filename', {
      nullable: true,
      description: 'The name given when it was uploaded.',
    }),
  }),
});

builder.prismaObjectField(Message, 'attachments', (t) =>
  t.field({
    type: [Attachment],
    description: 'The attached files in the order of uploadKeys, at most 10; none if the message is deleted.',
    resolve: ({ id }, _args, context) => attachmentsOf(context).load(id),
  }),
);
